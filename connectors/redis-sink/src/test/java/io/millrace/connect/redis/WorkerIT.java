package io.millrace.connect.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.Built;
import io.millrace.testing.ConnectWorker;
import io.millrace.testing.KafkaServer;
import io.millrace.testing.WorkerNumbers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/**
 * The plugin directory in a worker's process of its own, of this and of the oldest line of Kafka Connect, whose Redis fails
 * in all the ways there are. Elements of a list show any record that is lost, repeated or out of order.
 *
 * <p>More records waiting, and a longer silence: {@code -Dmillrace.redis.waiting=1000000 -Dmillrace.redis.pause.ms=30000}.
 */
class WorkerIT {

    private static final int WAITING = Integer.getInteger("millrace.redis.waiting", 60_000);
    private static final long PAUSE_MS = Long.getLong("millrace.redis.pause.ms", 3_000);
    private static final Duration LONG = Duration.ofSeconds(120 + WAITING / 5_000);

    @TempDir
    static Path folder;

    private static KafkaServer kafka;
    private static RedisServer redis;

    private final WorkerNumbers numbers = new WorkerNumbers();
    private ConnectWorker worker;
    private String name;
    private int produced;
    private int beforeOutage;

    @BeforeAll
    static void startServers() throws Exception {
        kafka = KafkaServer.start(folder);
        redis = RedisServer.start(Files.createDirectory(folder.resolve("redis")));
    }

    @AfterAll
    static void stopServers() throws Exception {
        kafka.close();
        redis.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"this", "3.9"})
    void aTaskSurvivesAllThatItsRedisDoesAndLosesNothing(String version) throws Exception {
        name = "list-" + version;
        String classPath = version.equals("this")
                ? Built.kafkaClassPath()
                : Files.readString(Built.plugin("redis-sink").resolve("../../older-worker/target/runtime.classpath"))
                        .strip();
        kafka.createTopic(name, 1);
        ConnectWorker.Options options = ConnectWorker.Options.plugins(Built.plugin("redis-sink"))
                .onClassPath(classPath)
                .withJvm(numbers.options("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        try (ConnectWorker running = ConnectWorker.start(folder, kafka, options)) {
            worker = running;
            worker.run(name, config());
            produce(1_000);
            awaitAll();
            full();
            readOnly();
            restarted();
            silent();
            // Not all: of some batches the reply was lost with the connection.
            await().atMost(LONG).until(() -> numbers.ofTask("redis-sink", name, "records-total") >= produced / 2.0);
            assertThat(numbers.ofTask("redis-sink", name, "retries-total")).isGreaterThanOrEqualTo(4);
            if (version.equals("this")) {
                theReadmesConfigurationWorksAsItStands();
                assertThat(pluginNumber("retries-total"))
                        .isEqualTo(numbers.ofTask("redis-sink", name, "retries-total"));
            } else {
                assertThat(pluginNumber("retries-total")).isNaN();
            }
        }
    }

    private void theReadmesConfigurationWorksAsItStands() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        String block = readme.substring(readme.indexOf("    {\"name\""), readme.indexOf("}}") + 2);
        kafka.createTopic("serving.orders", 1);
        kafka.createTopic("clicks", 1);
        String body = block.replace("redis://127.0.0.1:6379", redis.uri());
        assertThat(worker.settled("POST", "/connectors", body).statusCode()).isEqualTo(201);
        send("serving.orders", "4711", "{\"status\": \"paid\", \"address\": {\"city\": \"Ulm\"}}");
        send("clicks", "x", "{\"page\": \"home\", \"hits\": 2}");
        send("clicks", "x", "{\"page\": \"home\", \"hits\": 3}");
        send("clicks", "x", "{\"no\": \"page\"}");
        try (Jedis jedis = redis.client()) {
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(jedis.hget("millrace:ledger:orders-to-redis:clicks:0", "count"))
                            .isEqualTo("3"));
            await().atMost(LONG).untilAsserted(() -> assertThat(jedis.hgetAll("serving.orders:4711"))
                    .isEqualTo(Map.of("status", "paid", "address.city", "Ulm")));
            assertThat(jedis.keys("clicks:home:*")).singleElement().satisfies(key -> assertThat(jedis.hget(key, "hits"))
                    .isEqualTo("5"));
        }
        await().atMost(LONG)
                .ignoreExceptions()
                .until(() -> kafka.read("dlq.redis-sink").size() == 1);
    }

    private static void send(String topic, String key, String value) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrap());
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value)).get();
        }
    }

    /** Of Connect's own metrics of plugins, which the older worker does not have. */
    private double pluginNumber(String attribute) throws IOException {
        return numbers.anyNumber("kafka.connect:type=plugins,connector=" + name + ",*", attribute);
    }

    private void full() throws Exception {
        try (Jedis jedis = redis.client()) {
            jedis.configSet("maxmemory", "1");
            produce(1_000);
            awaitOutage();
            jedis.configSet("maxmemory", "0");
            awaitBack("full");
        }
    }

    private void readOnly() throws Exception {
        try (Jedis jedis = redis.client()) {
            jedis.replicaof("127.0.0.1", 1);
            produce(1_000);
            awaitOutage();
            jedis.replicaofNoOne();
            awaitBack("read-only");
        }
    }

    private void restarted() throws Exception {
        redis.kill();
        produce(1_000);
        awaitOutage();
        redis.start();
        awaitBack("restarted");
    }

    private void silent() throws Exception {
        redis.freeze();
        long before;
        long most = 0;
        try {
            produce(WAITING);
            awaitOutage();
            before = residentBytes();
            long end = System.nanoTime() + PAUSE_MS * 1_000_000;
            while (System.nanoTime() < end) {
                most = Math.max(most, residentBytes());
                Thread.sleep(200);
            }
            assertThat(worker.taskStates(name)).containsExactly("RUNNING");
        } finally {
            redis.thaw();
        }
        awaitBack("silent");
        System.out.printf(
                "%s: resident memory %d MiB when Redis fell silent, at most %d MiB with %d records waiting%n",
                name, before >> 20, most >> 20, WAITING);
        assertThat(most - before).isLessThan(64 << 20);
    }

    private void awaitOutage() throws Exception {
        await().atMost(LONG).until(() -> numbers.ofTask("redis-sink", name, "available") == 0);
        assertThat(numbers.ofTask("redis-sink", name, "paused-partitions")).isEqualTo(1);
        assertThat(worker.taskStates(name)).containsExactly("RUNNING");
    }

    private void awaitBack(String after) throws Exception {
        long returned = System.nanoTime();
        await().pollInterval(Duration.ofMillis(50)).atMost(LONG).until(() -> length() > beforeOutage);
        System.out.printf(
                "%s: writes %d ms after Redis had been %s%n", name, (System.nanoTime() - returned) / 1_000_000, after);
        awaitAll();
    }

    private void awaitAll() throws Exception {
        await().pollInterval(Duration.ofMillis(100)).atMost(LONG).until(() -> length() >= produced);
        try (Jedis jedis = redis.client()) {
            List<String> all =
                    IntStream.range(0, produced).mapToObj(Integer::toString).toList();
            assertThat(jedis.lrange(name, 0, -1).equals(all)).isTrue();
        }
        assertThat(worker.taskStates(name)).containsExactly("RUNNING");
        await().atMost(LONG).until(() -> numbers.ofTask("redis-sink", name, "available") == 1);
    }

    private long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + worker.process().pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .sum();
    }

    private long length() {
        try (Jedis jedis = redis.client()) {
            return jedis.llen(name);
        }
    }

    private void produce(int count) {
        beforeOutage = produced;
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrap(), "linger.ms", "5");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int end = produced + count; produced < end; produced++) {
                producer.send(new ProducerRecord<>(name, "k", Integer.toString(produced)));
            }
        }
    }

    private Map<String, String> config() {
        return new HashMap<>(Map.of(
                "connector.class",
                RedisSinkConnector.class.getName(),
                "topics",
                name,
                "redis.uri",
                redis.uri(),
                "write.mode",
                "list",
                "socket.timeout.ms",
                "1500"));
    }
}
