package io.millrace.connect.commons.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** A worker's side of a sink task: remembers what the task asks for. */
public final class RecordingContext implements SinkTaskContext {

    private final Map<TopicPartition, Long> seeks = new HashMap<>();
    private final List<SinkRecord> deadLetters = new ArrayList<>();
    private final Set<TopicPartition> paused = new HashSet<>();
    private final boolean tolerant;
    private long timeoutMs = -1;

    public RecordingContext(boolean tolerant) {
        this.tolerant = tolerant;
    }

    /** The seeks asked for since the last call. */
    public Map<TopicPartition, Long> takeSeeks() {
        Map<TopicPartition, Long> taken = Map.copyOf(seeks);
        seeks.clear();
        return taken;
    }

    /** The seek asked for a partition since it was last taken; null when there is none. */
    public Long takeSeek(TopicPartition partition) {
        return seeks.remove(partition);
    }

    public List<SinkRecord> deadLetters() {
        return deadLetters;
    }

    /** The partitions that are paused now. */
    public Set<TopicPartition> paused() {
        return paused;
    }

    public long timeoutMs() {
        return timeoutMs;
    }

    @Override
    public Map<String, String> configs() {
        return Map.of();
    }

    @Override
    public void offset(Map<TopicPartition, Long> offsets) {
        seeks.putAll(offsets);
    }

    @Override
    public void offset(TopicPartition partition, long offset) {
        seeks.put(partition, offset);
    }

    @Override
    public void timeout(long timeoutMs) {
        this.timeoutMs = timeoutMs;
    }

    @Override
    public Set<TopicPartition> assignment() {
        return Set.of();
    }

    @Override
    public void pause(TopicPartition... partitions) {
        paused.addAll(List.of(partitions));
    }

    @Override
    public void resume(TopicPartition... partitions) {
        paused.removeAll(List.of(partitions));
    }

    @Override
    public void requestCommit() {}

    @Override
    public PluginMetrics pluginMetrics() {
        throw new UnsupportedOperationException("this worker is too old for plugin metrics");
    }

    @Override
    public ErrantRecordReporter errantRecordReporter() {
        return tolerant
                ? (record, error) -> {
                    deadLetters.add(record);
                    return CompletableFuture.completedFuture(null);
                }
                : null;
    }
}
