package io.millrace.testing.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.testing.Built;
import io.millrace.testing.ConnectWorker;
import io.millrace.testing.KafkaServer;
import io.millrace.testing.WorkerNumbers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** A broker and a worker process on which connectors of one task take turns. One thread. */
public final class BenchWorker implements AutoCloseable {
    private static final long FIRST_RECORD = 120_000_000_000L;
    private static final long NEXT_RECORD = 60_000_000_000L;
    private static final long STATE_EVERY = 1_000_000_000L;
    private static final long LOOK_EVERY = 3_000_000L;

    private final WorkerNumbers numbers = new WorkerNumbers();
    private final KafkaServer kafka;
    private final ConnectWorker worker;
    private int runs;

    /** How many records have arrived so far, as seen from outside of the worker. */
    public interface Progress {
        long records() throws Exception;
    }

    /** What is known while a connector runs. */
    public interface Meter {
        /** Called when the first records have been seen. */
        void begin() throws Exception;

        /** What to say when all have been seen. */
        String remark(long records, double seconds) throws Exception;
    }

    /**
     * Starts both.
     *
     * @param connector whose plugin directory the worker has, named as its folder
     * @param peer another plugin directory for the same worker
     * @param poll how many records a task is given at most at a time
     */
    public BenchWorker(Path folder, String connector, Optional<Path> peer, int poll)
            throws IOException, InterruptedException {
        kafka = KafkaServer.start(folder);
        List<Path> plugins = new ArrayList<>(List.of(Built.plugin(connector)));
        if (peer.isPresent()) {
            // The worker looks for plugin directories inside of the folders that it is given.
            Path parent = Files.createDirectory(folder.resolve("peer"));
            Files.createSymbolicLink(
                    parent.resolve("plugin"), peer.get().toAbsolutePath().normalize());
            plugins.add(parent);
        }
        worker = ConnectWorker.start(
                folder,
                kafka,
                ConnectWorker.Options.plugins(plugins.toArray(Path[]::new))
                        .with(Map.of(
                                "plugin.discovery", "hybrid_warn", "consumer.max.poll.records", Integer.toString(poll)))
                        // As Kafka's own script starts it.
                        .withJvm(numbers.options("-Xms256m", "-Xmx1g", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20")));
    }

    public WorkerNumbers numbers() {
        return numbers;
    }

    /** Makes a topic of one partition and fills it. */
    public void fill(String topic, Iterable<Map.Entry<String, String>> records) throws Exception {
        kafka.createTopic(topic, 1);
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", kafka.bootstrap(), "linger.ms", "20", "batch.size", "200000", "acks", "all");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            records.forEach(record -> producer.send(new ProducerRecord<>(topic, record.getKey(), record.getValue())));
        }
    }

    /** The name of the connector that {@link #run} starts next. */
    public String nextName() {
        return "bench-" + runs;
    }

    /**
     * Runs a connector from the first records that show up to the last; starting it is not part of the time.
     *
     * @return records per second
     */
    public BenchRun.Figure run(Map<String, String> config, Progress progress, long count, Meter meter)
            throws Exception {
        String name = nextName();
        runs++;
        Map<String, String> all = new HashMap<>(config);
        all.remove("name");
        all.put("tasks.max", "1");
        worker.declare(name, all);
        try {
            long before = await(name, progress, 1, FIRST_RECORD);
            long began = System.nanoTime();
            double task = numbers.taskMicros(name);
            meter.begin();
            long measured = await(name, progress, count, NEXT_RECORD) - before;
            double seconds = (System.nanoTime() - began) / 1e9;
            String thread =
                    "task thread %.1f us a record".formatted((numbers.taskMicros(name) - task) / Math.max(1, measured));
            String more = meter.remark(measured, seconds);
            return new BenchRun.Figure(measured / seconds, more.isEmpty() ? thread : thread + ", " + more);
        } finally {
            worker.delete(name);
        }
    }

    /** A connector's configuration in a JSON file: the object, or what is under {@code config} in it. */
    public static Map<String, String> configuration(Path file) throws IOException {
        JsonNode root = new JsonMapper().readTree(file.toFile());
        Map<String, String> config = new HashMap<>();
        (root.path("config").isObject() ? root.path("config") : root)
                .properties()
                .forEach(field -> config.put(field.getKey(), field.getValue().asText()));
        if (!config.containsKey("connector.class")) {
            throw new IllegalArgumentException(file + " has no connector.class");
        }
        return config;
    }

    @Override
    public void close() throws InterruptedException {
        worker.close();
        kafka.close();
    }

    private long await(String name, Progress progress, long wanted, long patience) throws Exception {
        long last = -1;
        long since = System.nanoTime();
        long looked = since;
        while (true) {
            long records = progress.records();
            if (records >= wanted) {
                return records;
            }
            long now = System.nanoTime();
            if (records != last) {
                last = records;
                since = now;
            }
            if (now - looked > STATE_EVERY) {
                looked = now;
                if (worker.taskStates(name).contains("FAILED")) {
                    throw new IllegalStateException(
                            name + " failed: " + worker.status(name).toPrettyString());
                }
            }
            if (now - since > patience) {
                throw new IllegalStateException(name + " stopped at " + last + " of " + wanted + " records; "
                        + worker.status(name).toPrettyString());
            }
            LockSupport.parkNanos(LOOK_EVERY);
        }
    }
}
