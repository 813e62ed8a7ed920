package io.millrace.connect.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.testing.Built;
import io.millrace.testing.ConnectWorker;
import io.millrace.testing.KafkaServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * A random history with a worker as its own process: records of random keys and modes, other numbers of tasks and other
 * sizes of polls while they are written, and SIGKILL for the worker and for Redis at any moment. In the end Redis holds what
 * the records say one by one.
 *
 * <p>Longer: {@code -Dmillrace.redis.history.steps=200}. The seed is printed: {@code -Dmillrace.redis.history.seed=N}.
 */
class WorkerHistoryIT {

    private static final int STEPS = Integer.getInteger("millrace.redis.history.steps", 5);
    private static final int PARTITIONS = 3;
    private static final Duration LONG = Duration.ofSeconds(120);
    private static final String NAME = "history";
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    static Path folder;

    private static KafkaServer kafka;
    private static RedisServer redis;

    private final long seed = Long.getLong("millrace.redis.history.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Oracle oracle = new Oracle();
    private final Map<String, Long> counts = new HashMap<>();
    private ConnectWorker worker;

    @BeforeAll
    static void startServers() throws Exception {
        kafka = KafkaServer.start(folder);
        redis = RedisServer.startWithJson(Files.createDirectory(folder.resolve("redis")));
    }

    @AfterAll
    static void stopServers() throws Exception {
        kafka.close();
        redis.close();
    }

    @Test
    void anyHistoryOfAWorkerEndsInTheStateOfTheLog() throws Exception {
        System.out.println("seed " + seed);
        for (String topic : Oracle.MODES.keySet()) {
            kafka.createTopic(topic, PARTITIONS);
        }
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrap(), "linger.ms", "2");
        try (ConnectWorker running =
                        ConnectWorker.start(folder, kafka, ConnectWorker.Options.plugins(Built.plugin("redis-sink")));
                KafkaProducer<String, String> producer =
                        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            worker = running;
            worker.run(NAME, config());
            for (int i = 0; i < STEPS; i++) {
                produce(producer, 200 + random.nextInt(3_000));
                // Every kind comes once in each five, so that a short history has all.
                disturb(i % 5);
            }
            produce(producer, 50);
            producer.flush();
            await().pollInterval(Duration.ofMillis(200))
                    .atMost(LONG)
                    .untilAsserted(() -> assertThat(applied()).as(running.log()).isEqualTo(counts));
            try (Jedis jedis = redis.client()) {
                oracle.check(jedis);
            }
            assertThat(worker.taskStates(NAME)).doesNotContain("FAILED");
        }
    }

    private void disturb(int kind) throws Exception {
        // Somewhere in the middle of what has just been produced.
        Thread.sleep(random.nextInt(300));
        switch (kind) {
            case 0 -> {
                worker.process().kill();
                worker.start();
            }
            case 1 -> {
                redis.kill();
                redis.start();
            }
            case 2 -> worker.declare(NAME, config());
            case 3 -> {
                redis.kill();
                worker.process().kill();
                redis.start();
                worker.start();
            }
            default -> worker.settled("POST", "/connectors/" + NAME + "/restart?includeTasks=true", "");
        }
    }

    private void produce(KafkaProducer<String, String> producer, int records) throws Exception {
        List<String> topics = new ArrayList<>(Oracle.MODES.keySet());
        for (int i = 0; i < records; i++) {
            String topic = topics.get(random.nextInt(topics.size()));
            String key = "k" + random.nextInt(12);
            Map<String, Integer> fields = random.nextInt(8) == 0 ? null : fields();
            producer.send(
                    new ProducerRecord<>(topic, key, fields == null ? null : JSON.writeValueAsString(fields)),
                    (stored, failed) -> {
                        if (failed != null) {
                            throw new AssertionError(failed);
                        }
                    });
            oracle.apply(topic, key, fields);
            counts.merge(topic, 1L, Long::sum);
        }
    }

    /** The map has the order of the one that a JSON converter makes, as the text of a string depends on it. */
    private Map<String, Integer> fields() {
        Map<String, Integer> fields = new HashMap<>();
        for (String name : List.of("f1", "f2", "f3")) {
            if (random.nextBoolean()) {
                fields.put(name, random.nextInt(10) == 0 ? null : random.nextInt(100) - 50);
            }
        }
        fields.put("n", fields.size());
        return fields;
    }

    /** How many records of each topic the ledgers count. */
    private Map<String, Long> applied() {
        Map<String, Long> applied = new HashMap<>();
        try (Jedis jedis = redis.client()) {
            for (String topic : counts.keySet()) {
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    String count = jedis.hget("millrace:ledger:" + NAME + ":" + topic + ":" + partition, "count");
                    applied.merge(topic, count == null ? 0 : Long.parseLong(count), Long::sum);
                }
            }
        }
        return applied;
    }

    private Map<String, String> config() {
        Map<String, String> config = Oracle.settings();
        config.putAll(Map.of(
                "connector.class", RedisSinkConnector.class.getName(),
                "tasks.max", Integer.toString(1 + random.nextInt(3)),
                "consumer.override.max.poll.records", Integer.toString(1 + random.nextInt(700)),
                "batch.max.records", Integer.toString(1 + random.nextInt(300)),
                "redis.uri", redis.uri(),
                "retry.backoff.max.ms", "200"));
        // The group waits that long for the members of a worker that was killed.
        config.put("consumer.override.session.timeout.ms", "2000");
        config.put("consumer.override.heartbeat.interval.ms", "500");
        return config;
    }
}
