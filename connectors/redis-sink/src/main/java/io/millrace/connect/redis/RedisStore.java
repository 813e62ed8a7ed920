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

/** Cuts records into batches and delivers them, encoding one while Redis works on the one before. */
final class RedisStore implements Store {

    private static final long PROBE_AFTER_MS = 1_000;
    private static final int FIRST_CUT = 64;
    private static final int LARGEST_CUT = 512;
    private static final int LOOK_EVERY = 32;

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

    /** A batch being built, and the records that cannot be in it. */
    private static final class Cut {
        private final Batch batch = new Batch();
        private final List<RejectedRecord> unwritable = new ArrayList<>(0);
    }

    /** A batch on its way. */
    private record InFlight(Delivery.Encoded batch, List<RejectedRecord> unwritable, long sentNanos) {}

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
    public void close() {
        if (delivery != null) {
            delivery.close();
            delivery = null;
        }
    }

    private void writeAll(List<SinkRecord> records, LedgerBook ledger, Consumer<RejectedRecord> rejected) {
        InFlight inFlight = null;
        Cut cut = new Cut();
        int worthSending = FIRST_CUT;
        for (SinkRecord record : records) {
            add(record, cut, ledger);
            if (isToBeCut(cut.batch, worthSending, inFlight)) {
                inFlight = pass(cut, inFlight, ledger, rejected);
                cut = new Cut();
                worthSending = Math.min(LARGEST_CUT, 2 * worthSending);
            }
        }
        finish(pass(cut, inFlight, ledger, rejected), ledger, rejected);
    }

    /**
     * A batch is cut when it is full, and before that when Redis has nothing to do: so both work at the same time, and a
     * distant Redis, which answers late, gets fewer and larger batches. The first is small, as Redis waits for it; while it
     * works on one, about twice as much can be encoded.
     */
    private boolean isToBeCut(Batch batch, int worthSending, InFlight inFlight) {
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
    private InFlight pass(Cut cut, InFlight before, LedgerBook ledger, Consumer<RejectedRecord> rejected) {
        if (cut.batch.records() == 0) {
            finish(before, ledger, rejected);
            cut.unwritable.forEach(rejected);
            return null;
        }
        Map<TopicPartition, LedgerEntry> entries = ledger.sent();
        Delivery.Encoded encoded = delivery.encode(cut.batch, entries);
        finish(before, ledger, rejected);
        long now = System.nanoTime();
        delivery.send(encoded);
        return new InFlight(encoded, cut.unwritable, now);
    }

    private void finish(InFlight inFlight, LedgerBook ledger, Consumer<RejectedRecord> rejected) {
        if (inFlight == null) {
            return;
        }
        Delivery.Encoded sent = inFlight.batch();
        List<RejectedRecord> refused = delivery.receive(sent);
        ledger.applied(sent.entries());
        metrics.wrote(sent.batch().records(), sent.bytes(), System.nanoTime() - inFlight.sentNanos());
        if (sent.batch().oldestEventMs() != Long.MAX_VALUE) {
            metrics.oldestEvent(sent.batch().oldestEventMs());
        }
        inFlight.unwritable().forEach(rejected);
        refused.forEach(rejected);
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
