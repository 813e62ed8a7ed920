package io.millrace.connect.file;

import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** Stands in for a worker: polls a task, and stores records, and so their offsets, when it is told to. */
final class TaskDriver implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final FileSourceTask task;
    private final Map<Map<String, ?>, Map<String, Object>> offsets;
    private final List<SourceRecord> unstored = new ArrayList<>();

    /** @param offsets of tasks before, by partition; those of stored records are added */
    TaskDriver(Map<String, String> config, Map<Map<String, ?>, Map<String, Object>> offsets) {
        this(config, offsets, Clock.systemUTC());
    }

    TaskDriver(Map<String, String> config, Map<Map<String, ?>, Map<String, Object>> offsets, Clock clock) {
        this.offsets = offsets;
        this.task = new FileSourceTask(clock, new Random(1));
        task.initialize(new Context(config));
        task.start(config);
    }

    /** A configuration that looks often and waits for no writer. */
    static Map<String, String> config(Path folder, String format) {
        return new HashMap<>(Map.of(
                "name",
                "files",
                "connector.class",
                FileSourceConnector.class.getName(),
                "location",
                folder.toAbsolutePath().toString(),
                "format",
                format,
                "topic",
                "events",
                "scan.interval.ms",
                "10",
                "file.settle.ms",
                "0"));
    }

    FileSourceTask task() {
        return task;
    }

    /** The next records, at least so many, without storing them. */
    List<SourceRecord> fetch(int count) {
        List<SourceRecord> fetched = new ArrayList<>();
        await().atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    fetched.addAll(task.poll());
                    return fetched.size() >= count;
                });
        unstored.addAll(fetched);
        return fetched;
    }

    /** What else comes until two more looks at the location have ended, both begun after this. */
    List<SourceRecord> rest() {
        double until = metric("scans-total") + 3;
        List<SourceRecord> rest = new ArrayList<>();
        await().atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    rest.addAll(task.poll());
                    return metric("scans-total") >= until;
                });
        unstored.addAll(rest);
        return rest;
    }

    double metric(String name) {
        return task.metrics().all().get(name).value().get().doubleValue();
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

    /** Lets the task do what it does without new records. */
    void turn() throws InterruptedException {
        unstored.addAll(task.poll());
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
        private final Map<String, String> config;

        Context(Map<String, String> config) {
            this.config = config;
        }

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
        public <T> Map<String, Object> offset(Map<String, T> partition) {
            return offsets.get(partition);
        }

        @Override
        public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
            Map<Map<String, T>, Map<String, Object>> found = new HashMap<>();
            partitions.forEach(partition -> found.put(partition, offsets.get(partition)));
            return found;
        }
    }
}
