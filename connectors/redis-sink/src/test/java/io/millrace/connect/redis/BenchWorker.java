package io.millrace.connect.redis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.connect.commons.ConnectJson;
import io.millrace.testing.Built;
import io.millrace.testing.ConnectWorker;
import io.millrace.testing.KafkaServer;
import io.millrace.testing.bench.BenchRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.connect.sink.SinkRecord;
import redis.clients.jedis.Jedis;

/** A worker process, a filled topic of one partition, and connectors of one task that take turns on it. */
final class BenchWorker implements AutoCloseable {

    private static final Duration FIRST_RECORD = Duration.ofSeconds(120);
    private static final Duration NEXT_RECORD = Duration.ofSeconds(60);
    /** More keys than this are the records themselves; fewer hold them as members. */
    private static final int FEW_KEYS = 16;

    private final RedisServer redis;
    private final int count;
    private final WorkerNumbers numbers = new WorkerNumbers();
    private final KafkaServer kafka;
    private final ConnectWorker worker;
    private int runs;

    /** @param peer another plugin directory for the same worker */
    BenchWorker(Path folder, RedisServer redis, BenchRecords records, int poll, Optional<Path> peer) throws Exception {
        this.redis = redis;
        this.count = records.count();
        kafka = KafkaServer.start(folder);
        fill(records);
        List<Path> plugins = new ArrayList<>(List.of(Built.plugin("redis-sink")));
        if (peer.isPresent()) {
            // The worker looks for plugin directories inside of the folders that it is given.
            Path plugin = Files.createDirectory(folder.resolve("peer"));
            Files.createSymbolicLink(
                    plugin.resolve("plugin"), peer.get().toAbsolutePath().normalize());
            plugins.add(plugin);
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

    /** The worker's part of the work: reads and converts every record, and drops it before it comes to the task. */
    BenchRun.Figure withoutSink() throws Exception {
        Map<String, String> config = ours("string", "exactly_once");
        config.put("transforms", "drop");
        config.put("transforms.drop.type", "org.apache.kafka.connect.transforms.Filter");
        String name = "dropped-" + runs;
        return run(config, () -> (long) numbers.number(
                "kafka.connect:type=sink-task-metrics,connector=" + name + ",task=0", "sink-record-read-total"));
    }

    BenchRun.Figure ours(String mode, String delivery, Map<String, String> more) throws Exception {
        Map<String, String> config = ours(mode, delivery);
        config.putAll(more);
        return run(config, this::items);
    }

    /** @param config with placeholders for the address */
    BenchRun.Figure peer(Map<String, String> config) throws Exception {
        Map<String, String> all = new HashMap<>();
        config.forEach((key, value) -> all.put(
                key,
                value.replace("${redis.uri}", redis.uri())
                        .replace("${redis.host}", "127.0.0.1")
                        .replace("${redis.port}", Integer.toString(redis.port()))
                        .replace("${topic}", RedisSinkBench.PARTITION.topic())));
        all.remove("name");
        all.put("tasks.max", "1");
        if (!all.containsKey("topics.regex")) {
            all.putIfAbsent("topics", RedisSinkBench.PARTITION.topic());
        }
        return run(all, this::items);
    }

    /** Reads a connector's configuration: the object, or what is under {@code config} in it. */
    static Map<String, String> configuration(Path file) throws Exception {
        JsonNode root = new JsonMapper().readTree(file.toFile());
        Map<String, String> config = new HashMap<>();
        (root.path("config").isObject() ? root.path("config") : root)
                .fields()
                .forEachRemaining(
                        field -> config.put(field.getKey(), field.getValue().asText()));
        if (!config.containsKey("connector.class")) {
            throw new IllegalArgumentException(file + " has no connector.class");
        }
        return config;
    }

    @Override
    public void close() throws Exception {
        worker.close();
        kafka.close();
    }

    private interface Progress {
        long records() throws Exception;
    }

    /** From the first records that show up to the last; starting the connector is not part of it. */
    private BenchRun.Figure run(Map<String, String> config, Progress progress) throws Exception {
        String name = (config.containsKey("transforms.drop.type") ? "dropped-" : "bench-") + runs++;
        try (Jedis jedis = redis.client()) {
            jedis.flushAll();
        }
        worker.declare(name, config);
        try {
            long before = await(name, progress, 1, FIRST_RECORD);
            long began = System.nanoTime();
            double task = numbers.taskMicros(name);
            double put = numbers.ofTask(name, "put-ms-total");
            double server = redis.processorMicros();
            long done = await(name, progress, count, NEXT_RECORD);
            double seconds = (System.nanoTime() - began) / 1e9;
            long measured = done - before;
            String remark = "task thread %.1f us a record, Redis %.1f us"
                    .formatted(
                            (numbers.taskMicros(name) - task) / measured,
                            (redis.processorMicros() - server) / measured);
            if (!Double.isNaN(put)) {
                double inPut = (numbers.ofTask(name, "put-ms-total") - put) / 1e3 / seconds;
                remark += ", %.0f %% of the time in put()".formatted(100 * inPut);
            }
            return new BenchRun.Figure(measured / seconds, remark);
        } finally {
            worker.delete(name);
        }
    }

    private long await(String name, Progress progress, long wanted, Duration patience) throws Exception {
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
            if (now - looked > 1_000_000_000L) {
                looked = now;
                if (worker.taskStates(name).contains("FAILED")) {
                    throw new IllegalStateException(
                            name + " failed: " + worker.status(name).toPrettyString());
                }
            }
            if (now - since > patience.toNanos()) {
                throw new IllegalStateException(name + " stopped at " + last + " of " + wanted
                        + " records; is every record a key, or a member of a key, of its own? "
                        + worker.status(name).toPrettyString());
            }
            LockSupport.parkNanos(3_000_000);
        }
    }

    /** How many records can be seen in Redis, whoever has written them. */
    private long items() {
        try (Jedis jedis = redis.client()) {
            long keys = jedis.dbSize();
            if (keys > FEW_KEYS) {
                return keys;
            }
            long members = 0;
            for (String key : jedis.keys("*")) {
                if (!key.startsWith("millrace:")) {
                    members += switch (jedis.type(key)) {
                        case "zset" -> jedis.zcard(key);
                        case "set" -> jedis.scard(key);
                        case "list" -> jedis.llen(key);
                        case "stream" -> jedis.xlen(key);
                        default -> 1;
                    };
                }
            }
            return members;
        }
    }

    private Map<String, String> ours(String mode, String delivery) {
        Map<String, String> config = RedisSinkBench.sink(mode, delivery, redis.uri());
        config.remove("name");
        config.put("connector.class", RedisSinkConnector.class.getName());
        config.put("tasks.max", "1");
        return config;
    }

    private void fill(BenchRecords records) throws Exception {
        String topic = RedisSinkBench.PARTITION.topic();
        kafka.createTopic(topic, 1);
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", kafka.bootstrap(), "linger.ms", "20", "batch.size", "200000", "acks", "all");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (List<SinkRecord> poll : records.polls()) {
                for (SinkRecord record : poll) {
                    String value = ConnectJson.text(record.valueSchema(), record.value());
                    producer.send(new ProducerRecord<>(topic, (String) record.key(), value));
                }
            }
        }
    }
}
