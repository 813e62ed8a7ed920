package io.millrace.connect.mqtt;

import io.millrace.connect.commons.MetricsExport;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** Takes messages from a broker; see {@link MqttSourceConnector}. */
public final class MqttSourceTask extends SourceTask {
    private static final long POLL_MS = 200;

    private final Clock clock;
    private final RandomGenerator random;
    private int maxPollRecords;
    private Inbox inbox;
    private Records records;
    /** Read by the thread that commits offsets, which begins before the task has started. */
    private volatile Settlement settlement = Settlement.none();

    private MqttMetrics metrics;
    private MqttSession session;
    private MetricsExport export;

    public MqttSourceTask() {
        this(Clock.systemUTC(), RandomGenerator.getDefault());
    }

    MqttSourceTask(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    @Override
    public String version() {
        return MqttSourceConnector.VERSION;
    }

    @Override
    public void start(Map<String, String> properties) {
        MqttSourceConfig config = new MqttSourceConfig(properties);
        maxPollRecords = config.maxPollRecords();
        metrics = new MqttMetrics(clock);
        inbox = new Inbox(config.receiveMaximum(), metrics);
        settlement = Settlement.of(config);
        SessionOffsets offsets =
                SessionOffsets.resume(config.clientId(), config.filters(), context.offsetStorageReader());
        records = new Records(config, config.payload(clock), offsets.partition(), offsets::next, metrics);
        session = new MqttSession(
                config.version(),
                config.client(),
                config.filters(),
                offsets.abandoned(),
                inbox,
                config.retryBudget(clock, random),
                metrics,
                clock);
        export = MetricsExport.of(
                metrics.all(), "mqtt-source", config.connectorName(), config.task(), () -> context.pluginMetrics());
        session.open();
    }

    /** The oldest messages; none, but not null, when there is none, so that an exactly-once worker can end a transaction. */
    @Override
    public List<SourceRecord> poll() throws InterruptedException {
        session.requireWelcome();
        settlement.polled();
        List<InFlight> taken = inbox.take(maxPollRecords, POLL_MS);
        List<SourceRecord> made = new ArrayList<>(taken.size());
        for (InFlight one : taken) {
            records.of(one).ifPresentOrElse(made::add, one::settle);
        }
        settlement.fetched(taken);
        return made;
    }

    /**
     * Kafka has the record for good: with exactly-once support this is called after the commit of its transaction, else
     * after the acknowledgement. Runs on the producer's thread in the latter case.
     *
     * @param metadata null when the record was dropped and will never be in Kafka
     */
    @Override
    public void commitRecord(SourceRecord record, RecordMetadata metadata) {
        if (record instanceof MessageRecord message) {
            if (metadata == null) {
                metrics.dropped();
            }
            message.origin().settle();
        }
    }

    @Override
    public void commit() {
        settlement.committed();
    }

    @Override
    public void stop() {
        if (session != null) {
            session.close();
        }
        if (export != null) {
            export.close();
        }
    }
}
