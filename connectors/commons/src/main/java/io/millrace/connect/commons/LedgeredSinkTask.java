package io.millrace.connect.commons;

import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/** Hands what Connect delivers to a {@link LedgeredSink}. */
public abstract class LedgeredSinkTask extends SinkTask {

    private final String kind;
    private LedgeredSink sink;
    private SinkMetrics metrics;
    private MetricsExport exported;

    /** @param kind names the connector in metrics, as in {@code redis-sink} */
    protected LedgeredSinkTask(String kind) {
        this.kind = kind;
    }

    /** Makes the sink of this task; nothing has to be reachable yet. */
    protected abstract LedgeredSink create(Map<String, String> properties, Clock clock, SinkMetrics metrics);

    @Override
    public final void start(Map<String, String> properties) {
        Clock clock = Clock.systemUTC();
        metrics = new SinkMetrics(clock);
        sink = create(properties, clock, metrics);
        exported = MetricsExport.of(
                metrics,
                kind,
                SinkSettings.connectorName(properties),
                properties.getOrDefault(SinkSettings.TASK, "0"),
                context);
    }

    @Override
    public final void open(Collection<TopicPartition> partitions) {
        sink.open(partitions);
    }

    @Override
    public final void put(Collection<SinkRecord> records) {
        long before = System.nanoTime();
        try {
            sink.put(records);
        } finally {
            if (!records.isEmpty()) {
                metrics.put(System.nanoTime() - before);
            }
        }
    }

    @Override
    public final Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> consumed) {
        return sink.preCommit(consumed);
    }

    @Override
    public final void close(Collection<TopicPartition> partitions) {
        sink.close(partitions);
    }

    @Override
    public final void stop() {
        if (sink != null) {
            sink.stop();
        }
        if (exported != null) {
            exported.close();
        }
    }
}
