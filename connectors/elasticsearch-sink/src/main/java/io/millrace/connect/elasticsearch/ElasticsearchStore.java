package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.LedgerBook;
import io.millrace.connect.commons.LedgerEntry;
import io.millrace.connect.commons.RejectedRecord;
import io.millrace.connect.commons.SinkFailure;
import io.millrace.connect.commons.SinkMetrics;
import io.millrace.connect.commons.Store;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Takes records in and writes them in bulk requests that end later. A record is safe when its document and a ledger that
 * speaks of it have been confirmed; offsets are committed up to the first record that is not, so the ledger is never
 * behind Kafka's offsets.
 */
final class ElasticsearchStore implements Store {

    /** Under load the ledger is written this often; as soon as nothing is outstanding, at once. */
    private static final long LEDGER_INTERVAL_MS = 1_000;

    private static final int LEDGER_RECORDS = 50_000;
    private static final long RELEASE_TIMEOUT_MS = 10_000;

    private final ElasticsearchClient client;
    private final Indices indices;
    private final ElasticsearchLedger ledgerDocuments;
    private final LedgerBook ledger;
    private final RecordEncoder encoder;
    private final BulkEngine engine;
    private final LongSupplier clockMs;
    private final boolean appends;
    private final SinkMetrics metrics;
    private final Map<TopicPartition, Progress> progress = new HashMap<>();
    private Consumer<RejectedRecord> rejected = none -> {};
    private boolean verified;
    private boolean interrupted;
    private long ledgerWrittenMs;

    /**
     * @param clockMs a clock in milliseconds; only differences are used
     * @param appends whether documents are never replaced; what the ledger knows is then not written again, as its
     *     document may be in an older index by now
     */
    ElasticsearchStore(
            ElasticsearchClient client,
            Indices indices,
            ElasticsearchLedger ledgerDocuments,
            LedgerBook ledger,
            RecordEncoder encoder,
            BulkEngine engine,
            LongSupplier clockMs,
            boolean appends,
            SinkMetrics metrics) {
        this.client = client;
        this.indices = indices;
        this.ledgerDocuments = ledgerDocuments;
        this.ledger = ledger;
        this.encoder = encoder;
        this.engine = engine;
        this.clockMs = clockMs;
        this.appends = appends;
        this.metrics = metrics;
    }

    @Override
    public boolean connect(boolean idle) {
        boolean doubtful = !verified;
        try {
            if (doubtful) {
                client.ping();
                if (!progress.isEmpty()) {
                    recover();
                }
                verified = true;
            }
            engine.poll();
            if (idle) {
                engine.sendGathered();
            }
            engine.report(rejected);
            keepLedger();
        } catch (SinkFailure failed) {
            verified = false;
            throw failed;
        }
        return doubtful;
    }

    @Override
    public Map<TopicPartition, LedgerEntry> readLedger(Collection<TopicPartition> partitions) {
        Map<TopicPartition, LedgerEntry> entries = new HashMap<>();
        for (TopicPartition partition : partitions) {
            ledgerDocuments.read(partition).ifPresent(entry -> entries.put(partition, entry));
        }
        return entries;
    }

    @Override
    public void write(List<SinkRecord> records, LedgerBook ledger, Consumer<RejectedRecord> rejected) {
        this.rejected = rejected;
        try {
            SinkRecord before = null;
            Progress partition = null;
            for (SinkRecord record : records) {
                // Records come in runs of one partition.
                if (before == null || !isOfSamePartition(before, record)) {
                    partition = progress.computeIfAbsent(LedgerBook.partitionOf(record), assigned -> new Progress());
                }
                before = record;
                // After a failure the worker delivers the same records again, of which some have been taken in.
                if (!interrupted || record.originalKafkaOffset() > partition.acceptedUpTo()) {
                    take(record, partition);
                }
            }
            interrupted = false;
            engine.poll();
            engine.sendWorthwhile();
            engine.report(rejected);
            keepLedger();
        } catch (SinkFailure failed) {
            interrupted = true;
            verified = false;
            throw failed;
        }
    }

    private static boolean isOfSamePartition(SinkRecord one, SinkRecord other) {
        return one.originalKafkaPartition().equals(other.originalKafkaPartition())
                && one.originalTopic().equals(other.originalTopic());
    }

    private void take(SinkRecord record, Progress partition) {
        if (appends && ledger.isApplied(record)) {
            encoder.pass(record, partition);
            metrics.skipped();
        } else {
            encoder.take(record, partition);
        }
    }

    /** Waits a while for what is outstanding, so that offsets can be committed up to the newest record. */
    void flush(long timeoutMs) {
        if (progress.isEmpty() || !verified) {
            return;
        }
        try {
            boolean drained = engine.drain(timeoutMs);
            engine.report(rejected);
            writeLedger();
            if (drained) {
                indices.rollOver();
            }
        } catch (SinkFailure later) {
            // The next delivery meets the same failure, and it is dealt with there.
            verified = false;
        }
    }

    /** The offsets that may be committed when the consumer is at these: no further than what is safe. */
    Map<TopicPartition, OffsetAndMetadata> safe(Map<TopicPartition, OffsetAndMetadata> consumed) {
        Map<TopicPartition, OffsetAndMetadata> safe = new HashMap<>();
        consumed.forEach((partition, position) -> {
            Progress known = progress.get(partition);
            OptionalLong unsafe = known == null ? OptionalLong.empty() : known.firstUnsafe();
            boolean behind = unsafe.isPresent() && unsafe.getAsLong() < position.offset();
            safe.put(partition, behind ? new OffsetAndMetadata(unsafe.getAsLong()) : position);
        });
        return safe;
    }

    /** Whether something is outstanding that moves on when the task is called soon. */
    boolean isBusy() {
        return verified && !engine.isEmpty();
    }

    @Override
    public void release(Collection<TopicPartition> partitions) {
        flush(RELEASE_TIMEOUT_MS);
        partitions.forEach(this::drop);
    }

    @Override
    public void close() {
        client.close();
    }

    private void drop(TopicPartition partition) {
        Progress dropped = progress.remove(partition);
        if (dropped != null) {
            dropped.drop();
        }
    }

    /**
     * After an outage the store may have lost writes that it had confirmed. Partitions whose ledger says so are given up
     * here and read again; the others go on where they were.
     */
    private void recover() {
        ledgerDocuments.forget();
        for (TopicPartition partition : List.copyOf(progress.keySet())) {
            long known = ledger.stored(partition).map(LedgerEntry::offset).orElse(-1L);
            long found =
                    ledgerDocuments.read(partition).map(LedgerEntry::offset).orElse(-1L);
            if (found < known) {
                drop(partition);
            }
        }
        indices.restore();
        engine.recover();
        engine.drain(RELEASE_TIMEOUT_MS);
        engine.report(rejected);
        writeLedger();
    }

    private void keepLedger() {
        int confirmed = 0;
        for (Progress partition : progress.values()) {
            confirmed += partition.advance();
        }
        boolean due = clockMs.getAsLong() - ledgerWrittenMs >= LEDGER_INTERVAL_MS || confirmed >= LEDGER_RECORDS;
        if (confirmed > 0 && (due || engine.isEmpty())) {
            writeLedger();
        }
    }

    private void writeLedger() {
        ledger.discard();
        progress.values().forEach(partition -> {
            partition.advance();
            partition.confirmed().forEach(ledger::add);
        });
        Map<TopicPartition, LedgerEntry> entries = ledger.pending();
        if (!entries.isEmpty()) {
            ledgerDocuments.write(entries);
            ledger.applied();
            progress.values().forEach(Progress::ledgered);
            ledgerWrittenMs = clockMs.getAsLong();
        }
    }
}
