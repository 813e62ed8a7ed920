package io.millrace.connect.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** A task with a worker's side in memory: what was committed survives a restart, with the offsets. */
final class RunningTask {
    private final Map<String, String> config;
    private final Map<Map<String, ?>, Map<String, ?>> offsets = new HashMap<>();
    private final List<SourceRecord> committed = new ArrayList<>();
    private SourceTask task;

    RunningTask(Map<String, String> config, TableName... tables) {
        this.config = new HashMap<>(config);
        this.config.put(
                JdbcSourceTask.TABLES,
                String.join(
                        ",", List.of(tables).stream().map(TableName::encoded).toList()));
        restart();
    }

    /** Ends the task at once and starts another from the committed offsets. */
    void restart() {
        stop();
        task = new JdbcSourceTask();
        task.initialize(new Context());
        task.start(config);
    }

    void stop() {
        if (task != null) {
            task.stop();
        }
    }

    /** One poll whose batch is committed with its last offsets, as an exactly-once worker does. */
    List<SourceRecord> poll() throws InterruptedException {
        List<SourceRecord> batch = read();
        for (SourceRecord record : batch) {
            committed.add(record);
            offsets.put(record.sourcePartition(), record.sourceOffset());
        }
        return batch;
    }

    /** One poll whose transaction is aborted. */
    List<SourceRecord> read() throws InterruptedException {
        List<SourceRecord> batch = task.poll();
        return batch == null ? List.of() : batch;
    }

    List<SourceRecord> committed() {
        return committed;
    }

    Map<Map<String, ?>, Map<String, ?>> offsets() {
        return offsets;
    }

    private final class Context implements SourceTaskContext, OffsetStorageReader {
        @Override
        public Map<String, String> configs() {
            return config;
        }

        @Override
        public OffsetStorageReader offsetStorageReader() {
            return this;
        }

        @Override
        public PluginMetrics pluginMetrics() {
            return null;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <V> Map<String, Object> offset(Map<String, V> partition) {
            return (Map<String, Object>) offsets.get(partition);
        }

        @Override
        public <V> Map<Map<String, V>, Map<String, Object>> offsets(Collection<Map<String, V>> partitions) {
            Map<Map<String, V>, Map<String, Object>> found = new HashMap<>();
            partitions.forEach(partition -> found.put(partition, offset(partition)));
            return found;
        }
    }
}
