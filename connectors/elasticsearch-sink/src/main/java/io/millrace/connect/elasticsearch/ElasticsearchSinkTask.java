package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.DeadLetters;
import io.millrace.connect.commons.LedgerBook;
import io.millrace.connect.commons.LedgeredSink;
import io.millrace.connect.commons.LedgeredSinkTask;
import io.millrace.connect.commons.RecordTime;
import io.millrace.connect.commons.RetryBudget;
import io.millrace.connect.commons.SinkMetrics;
import io.millrace.connect.commons.SinkSettings;
import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * Hands what Connect delivers to a {@link LedgeredSink} over Elasticsearch. Deliveries return before they are written:
 * offsets are committed as far as the store has confirmed.
 */
public final class ElasticsearchSinkTask extends SinkTask {

    /** Well below the five minutes after which a consumer that does not poll is thrown out of its group. */
    private static final long ITEM_RETRIES_MS = 5_000;

    /** What is outstanding moves on when the worker calls, so it is asked to call soon. */
    private static final long BUSY_CHECK_MS = 10;

    private static final long FLUSH_MS = 5_000;

    private final Ledgered ledgered = new Ledgered();
    private ElasticsearchStore store;

    /** The part of a task that all sinks share. */
    private final class Ledgered extends LedgeredSinkTask {

        Ledgered() {
            super("elasticsearch-sink");
        }

        @Override
        public String version() {
            return ElasticsearchSinkConnector.VERSION;
        }

        @Override
        protected LedgeredSink create(Map<String, String> properties, Clock clock, SinkMetrics metrics) {
            ElasticsearchSinkConfig config = new ElasticsearchSinkConfig(properties);
            SplittableRandom random = new SplittableRandom();
            ElasticsearchClient client = new ElasticsearchClient(config);
            LedgerBook ledger = SinkSettings.ledgerBook(config, clock);
            store = store(config, SinkSettings.connectorName(properties), client, ledger, clock, metrics);
            return new LedgeredSink(
                    "Elasticsearch at " + client.address(),
                    store,
                    ledger,
                    config.getBoolean(SinkSettings.LEDGER_REWIND),
                    SinkSettings.retryBudget(config, clock, random),
                    new DeadLetters(context.errantRecordReporter(), SinkSettings.isTolerant(properties)),
                    context,
                    metrics,
                    clock::millis);
        }
    }

    @Override
    public String version() {
        return ledgered.version();
    }

    @Override
    public void initialize(SinkTaskContext context) {
        super.initialize(context);
        ledgered.initialize(context);
    }

    @Override
    public void start(Map<String, String> properties) {
        ledgered.start(properties);
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
        ledgered.open(partitions);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        ledgered.put(records);
        if (store.isBusy()) {
            context.timeout(BUSY_CHECK_MS);
        }
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> consumed) {
        store.flush(FLUSH_MS);
        return ledgered.preCommit(store.safe(consumed));
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
        ledgered.close(partitions);
    }

    @Override
    public void stop() {
        ledgered.stop();
    }

    private static ElasticsearchStore store(
            ElasticsearchSinkConfig config,
            String connector,
            ElasticsearchClient client,
            LedgerBook ledger,
            Clock clock,
            SinkMetrics metrics) {
        RecordTime receivedAt = new RecordTime(config.getString(SinkSettings.FRESHNESS_FROM));
        SplittableRandom random = new SplittableRandom();
        OperationWriter writer = new OperationWriter(config, receivedAt, clock);
        Indices indices = new Indices(client, config, !receivedAt.field().isEmpty());
        ElasticsearchLedger documents = new ElasticsearchLedger(client, indices, writer, connector);
        BulkEngine engine = new BulkEngine(
                client,
                config.getInt(WriteKeys.MAX_IN_FLIGHT),
                new BulkLimits(config.getInt(WriteKeys.BULK_MAX_RECORDS), config.getInt(WriteKeys.BULK_MAX_BYTES)),
                () -> new RetryBudget(
                        config.getLong(SinkSettings.RETRY_BACKOFF_MIN_MS),
                        config.getLong(SinkSettings.RETRY_BACKOFF_MAX_MS),
                        ITEM_RETRIES_MS,
                        clock::millis,
                        random.split()),
                System::nanoTime,
                metrics);
        RecordEncoder encoder = new RecordEncoder(config, indices, documents, writer, engine);
        return new ElasticsearchStore(
                client, indices, documents, ledger, encoder, engine, clock::millis, config.isAppending(), metrics);
    }
}
