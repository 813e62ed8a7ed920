package io.millrace.connect.mqtt;

import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** Stands in for a worker: polls a task, and stores records, and so their offsets, when it is told to. */
final class TaskDriver implements AutoCloseable {
    private final MqttSourceTask task = new MqttSourceTask();
    private final Map<Map<String, ?>, Map<String, Object>> offsets;
    private final List<SourceRecord> unstored = new ArrayList<>();

    /** @param offsets of tasks before, by partition; those of stored records are added */
    TaskDriver(Map<String, String> config, Map<Map<String, ?>, Map<String, Object>> offsets) {
        this.offsets = offsets;
        task.initialize(new Context());
        task.start(config);
    }

    static Map<String, String> config(String url, String topics) {
        return new HashMap<>(Map.of(
                "name",
                "devices",
                "connector.class",
                MqttSourceConnector.class.getName(),
                "mqtt.uri",
                url,
                "mqtt.topics",
                topics,
                "topic",
                "readings",
                "payload.format",
                "string"));
    }

    MqttSourceTask task() {
        return task;
    }

    /** The next records, at least so many, without storing them. */
    List<SourceRecord> fetch(int count) {
        List<SourceRecord> fetched = new ArrayList<>();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            fetched.addAll(task.poll());
            return fetched.size() >= count;
        });
        unstored.addAll(fetched);
        return fetched;
    }

    /** What else comes within a moment; polls at least twice. */
    List<SourceRecord> rest() throws InterruptedException {
        List<SourceRecord> rest = new ArrayList<>(task.poll());
        rest.addAll(task.poll());
        unstored.addAll(rest);
        return rest;
    }

    /** Kafka has everything that was fetched. */
    void store() {
        for (SourceRecord record : unstored) {
            offsets.put(record.sourcePartition(), new HashMap<>(record.sourceOffset()));
            task.commitRecord(
                    record, new RecordMetadata(new TopicPartition(record.topic(), 0), 0, 0, record.timestamp(), 0, 0));
        }
        unstored.clear();
    }

    static List<String> values(List<SourceRecord> records) {
        return records.stream().map(TaskDriver::value).toList();
    }

    static String value(SourceRecord record) {
        return record.value() instanceof byte[] bytes
                ? new String(bytes, StandardCharsets.UTF_8)
                : String.valueOf(record.value());
    }

    static String header(SourceRecord record, String name) {
        return record.headers().lastWithName(name) == null
                ? null
                : String.valueOf(record.headers().lastWithName(name).value());
    }

    @Override
    public void close() {
        task.stop();
    }

    private final class Context implements SourceTaskContext, OffsetStorageReader {
        private final AtomicReference<Map<String, String>> configs = new AtomicReference<>(Map.of());

        @Override
        public Map<String, String> configs() {
            return configs.get();
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
        public <T> Map<String, Object> offset(Map<String, T> partition) {
            return offsets.get(partition);
        }

        @Override
        public <T> Map<Map<String, T>, Map<String, Object>> offsets(java.util.Collection<Map<String, T>> partitions) {
            throw new UnsupportedOperationException();
        }
    }
}
