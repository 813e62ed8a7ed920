package io.millrace.connect.redis;

import io.millrace.connect.commons.LedgerBook;
import io.millrace.connect.commons.LedgerEntry;
import io.millrace.connect.commons.RecordFailure;
import io.millrace.connect.commons.RejectedRecord;
import io.millrace.connect.commons.SinkMetrics;
import io.millrace.connect.commons.Store;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Cuts records into batches and delivers them, encoding one while Redis works on the one before. Where a put() has
 * many records, so that there is a backlog, its last batch is left on its way, and Redis works on it while the worker polls
 * and converts the next records.
 */
final class RedisStore implements Store {

    private static final long PROBE_AFTER_MS = 1_000;
    private static final int FIRST_CUT = 64;
    private static final int LARGEST_CUT = 512;
    private static final int LOOK_EVERY = 32;
    private static final int BACKLOG = 256;

    /** Opens deliveries. */
    interface Deliveries {
        /**
         * Connects.
         *
         * @throws io.millrace.connect.commons.SinkFailure when Redis cannot be used
         */
        Delivery open();
    }

    private final Deliveries deliveries;
    private final Ownership ownership;
    private final TopicWriters writers;
    private final boolean exactlyOnce;
    private final int maxRecords;
    private final int maxBytes;
    private final SinkMetrics metrics;
    private final Clock clock;

    private Delivery delivery;
    private long lastExchangeMs;
    private InFlight inFlight;

    /** A batch being built, and the records that cannot be in it. */
    private static final class Cut {
        private final Batch batch = new Batch();
        private final List<RejectedRecord> unwritable = new ArrayList<>(0);
    }

    /** A batch on its way, and whom to tell when it has arrived. */
    private record InFlight(
            Delivery.Encoded batch,
            List<RejectedRecord> unwritable,
            long sentNanos,
            LedgerBook ledger,
            Consumer<RejectedRecord> rejected) {}

    RedisStore(
            RedisSinkConfig config,
            Deliveries deliveries,
            Ownership ownership,
            TopicWriters writers,
            SinkMetrics metrics,
            Clock clock) {
        this.deliveries = deliveries;
        this.ownership = ownership;
        this.writers = writers;
        this.exactlyOnce = config.isExactlyOnce();
        this.maxRecords = config.batchMaxRecords();
        this.maxBytes = config.batchMaxBytes();
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public boolean connect(boolean idle) {
        if (idle) {
            settle();
        }
        if (delivery != null && idle && clock.millis() - lastExchangeMs >= PROBE_AFTER_MS) {
            if (!guarded(delivery::isSameServer)) {
                close();
            }
        }
        if (delivery != null) {
            return false;
        }
        delivery = deliveries.open();
        lastExchangeMs = clock.millis();
        return true;
    }

    @Override
    public Map<TopicPartition, LedgerEntry> readLedger(Collection<TopicPartition> partitions) {
        settle();
        return guarded(() -> delivery.readLedger(List.copyOf(partitions)));
    }

    @Override
    public void release(Collection<TopicPartition> partitions) {
        ownership.release(partitions);
    }

    @Override
    public void write(List<SinkRecord> records, LedgerBook ledger, Consumer<RejectedRecord> rejected) {
        guarded(() -> {
            writeAll(records, ledger, rejected);
            return true;
        });
    }

    @Override
    public void settle() {
        if (inFlight != null) {
            guarded(() -> {
                finish();
                return true;
            });
        }
    }

    @Override
    public boolean isSettled() {
        return inFlight == null;
    }

    @Override
    public void close() {
        inFlight = null;
        if (delivery != null) {
            delivery.close();
            delivery = null;
        }
    }

    private void writeAll(List<SinkRecord> records, LedgerBook ledger, Consumer<RejectedRecord> rejected) {
        Cut cut = new Cut();
        int batches = 0;
        int worthSending = inFlight == null ? FIRST_CUT : LARGEST_CUT;
        for (SinkRecord record : records) {
            add(record, cut, ledger);
            if (isToBeCut(cut.batch, worthSending)) {
                pass(cut, ledger, rejected);
                cut = new Cut();
                batches++;
                worthSending = Math.min(LARGEST_CUT, 2 * worthSending);
            }
        }
        pass(cut, ledger, rejected);
        if (batches == 0 && records.size() < BACKLOG) {
            finish();
        }
    }

    /**
     * A batch is cut when it is full, and before that when Redis has nothing to do: so both work at the same time, and a
     * distant Redis, which answers late, gets fewer and larger batches. The first is small, as Redis waits for it; while it
     * works on one, about twice as much can be encoded.
     */
    private boolean isToBeCut(Batch batch, int worthSending) {
        int size = batch.records();
        return batch.isFull(maxRecords, maxBytes)
                || (size >= worthSending
                        && size % LOOK_EVERY == 0
                        && (inFlight == null || delivery.isAnswered(inFlight.batch())));
    }

    private void add(SinkRecord record, Cut cut, LedgerBook ledger) {
        TopicWriter writer = writers.of(record.topic());
        boolean applied = exactlyOnce && !writer.isIdempotent() && ledger.isApplied(record);
        try {
            // A record that cannot be written is handed over again: nobody knows whether that was seen to its end
            // before.
            writer.write(record, applied ? new Batch() : cut.batch);
        } catch (RecordFailure failure) {
            cut.unwritable.add(new RejectedRecord(record, failure));
        }
        if (applied) {
            metrics.skipped();
        } else {
            ledger.add(record);
            cut.batch.took(record);
        }
    }

    /** Encodes the batch while the one before is on its way, and sends it when that one has arrived. */
    private void pass(Cut cut, LedgerBook ledger, Consumer<RejectedRecord> rejected) {
        if (cut.batch.records() == 0) {
            if (!cut.unwritable.isEmpty()) {
                finish();
                cut.unwritable.forEach(rejected);
            }
            return;
        }
        Delivery.Encoded encoded = delivery.encode(cut.batch, ledger.sent());
        finish();
        long now = System.nanoTime();
        delivery.send(encoded);
        inFlight = new InFlight(encoded, cut.unwritable, now, ledger, rejected);
    }

    private void finish() {
        if (inFlight == null) {
            return;
        }
        InFlight arriving = inFlight;
        inFlight = null;
        Delivery.Encoded sent = arriving.batch();
        List<RejectedRecord> refused = delivery.receive(sent);
        arriving.ledger().applied(sent.entries());
        metrics.wrote(sent.batch().records(), sent.bytes(), System.nanoTime() - arriving.sentNanos());
        if (sent.batch().oldestEventMs() != Long.MAX_VALUE) {
            metrics.oldestEvent(sent.batch().oldestEventMs());
        }
        arriving.unwritable().forEach(arriving.rejected());
        refused.forEach(arriving.rejected());
    }

    /** After any failure the connection starts anew: what it was in the middle of is not known, and the ledger tells. */
    private <T> T guarded(Supplier<T> exchange) {
        try {
            T result = exchange.get();
            lastExchangeMs = clock.millis();
            return result;
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }
}
