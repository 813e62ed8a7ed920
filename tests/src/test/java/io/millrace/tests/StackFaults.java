package io.millrace.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.StackAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import redis.clients.jedis.RedisClient;

/** What can be broken on a stack of one machine, each with its repair. Made for one test, on one thread. */
final class StackFaults {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Something to be done to a stack. */
    interface Action {
        void run() throws Exception;
    }

    /** Something that is broken and what must be told. */
    record Fault(String name, Set<String> alerts, Action breaking, Action repair) {}

    private final HttpClient http = HttpClient.newHttpClient();
    private final LocalStack stack;

    StackFaults(LocalStack stack) {
        this.stack = stack;
    }

    /** Its task gives up five seconds after each start, as its Redis does not exist. */
    Fault failedConnector() {
        String settings =
                """
                {"connector.class": "io.millrace.connect.redis.RedisSinkConnector", "tasks.max": "1",
                 "topics": "serving.orders", "redis.uri": "redis://127.0.0.1:1", "connection.check": "false",
                 "retry.timeout.ms": "5000"}""";
        return new Fault(
                "a connector whose task fails",
                Set.of("ConnectTaskFailed", "ConnectRestartLoop"),
                () -> {
                    connect("PUT", "/connectors/by-hand/config", settings);
                    Thread loop = new Thread(() -> {
                        for (int i = 0; i < 8; i++) {
                            try {
                                Thread.sleep(11_000);
                                connect("POST", "/connectors/by-hand/restart?includeTasks=true", "");
                            } catch (Exception e) {
                                return;
                            }
                        }
                    });
                    loop.setDaemon(true);
                    loop.start();
                },
                () -> connect("DELETE", "/connectors/by-hand", null));
    }

    Fault stoppedSink() {
        return new Fault(
                "a sink that somebody stopped, over a store that lost its last writes",
                Set.of("ConnectTaskPaused", "GroupLagGrows", "ReconciliationMismatch"),
                () -> {
                    connect("PUT", "/connectors/serving-redis/stop", "");
                    try (RedisClient redis = redis()) {
                        // As a store that comes back with less than it had.
                        redis.hset("millrace:ledger:serving-redis:serving.probes:0", "offset", "0");
                    }
                },
                () -> connect("PUT", "/connectors/serving-redis/resume", ""));
    }

    Fault evictingRedis() {
        return new Fault(
                "a Redis without room",
                Set.of("RedisMemory", "RedisEvicts"),
                () -> {
                    try (RedisClient redis = redis()) {
                        redis.configSet("maxmemory-policy", "allkeys-random");
                        String used = redis.info("memory")
                                .lines()
                                .filter(line -> line.startsWith("used_memory:"))
                                .findFirst()
                                .orElseThrow()
                                .substring("used_memory:".length())
                                .strip();
                        redis.configSet("maxmemory", Long.toString(Long.parseLong(used) + 100_000));
                    }
                    Thread filler = new Thread(() -> {
                        try (RedisClient redis = redis()) {
                            for (int i = 0; i < 60; i++) {
                                for (int j = 0; j < 20; j++) {
                                    redis.set("filler:" + i + ":" + j, "x".repeat(1_000));
                                }
                                Thread.sleep(1_000);
                            }
                        } catch (RuntimeException | InterruptedException e) {
                            // Full, as it should be.
                        }
                    });
                    filler.setDaemon(true);
                    filler.start();
                },
                () -> {
                    try (RedisClient redis = redis()) {
                        redis.configSet("maxmemory", "0");
                        redis.configSet("maxmemory-policy", "noeviction");
                    }
                });
    }

    Fault redIndex() {
        String url = StackAddress.url(stack.address().elasticsearch()) + "/broken";
        return new Fault(
                "an index without a node",
                Set.of("ElasticsearchRed"),
                () -> request(
                        "PUT",
                        url + "?wait_for_active_shards=0",
                        "{\"settings\":{\"index.routing.allocation.require.name\":\"nowhere\",\"number_of_replicas\":0}}"),
                () -> request("DELETE", url, null));
    }

    Fault blockedIndex() {
        String url = StackAddress.url(stack.address().elasticsearch()) + "/serving.probes/_settings";
        return new Fault(
                "an index that takes no writes",
                Set.of("SearchRejectsWrites"),
                () -> request("PUT", url, "{\"index.blocks.write\": true}"),
                () -> request("PUT", url, "{\"index.blocks.write\": null}"));
    }

    Fault spareSlot() {
        return new Fault(
                "a slot that nobody reads",
                Set.of("SlotInactive", "SlotRetainsHalf", "SlotRetainsMost", "SlotLost"),
                () -> {
                    sql(
                            "alter system set max_slot_wal_keep_size = '64MB'",
                            "alter system set max_wal_size = '64MB'",
                            "select pg_reload_conf()",
                            "select pg_create_logical_replication_slot('spare', 'pgoutput')");
                    Thread writer = new Thread(() -> {
                        try {
                            for (int i = 0; i < 24; i++) {
                                sql(
                                        "select pg_logical_emit_message(false, 'millrace_heartbeat', repeat('x', 4000000))");
                                if (i > 16) {
                                    sql("select pg_switch_wal()", "checkpoint");
                                }
                                Thread.sleep(2_500);
                            }
                        } catch (Exception e) {
                            // The stack is gone.
                        }
                    });
                    writer.setDaemon(true);
                    writer.start();
                },
                () -> sql(
                        "select pg_drop_replication_slot('spare')",
                        "alter system reset max_slot_wal_keep_size",
                        "alter system reset max_wal_size",
                        "select pg_reload_conf()"));
    }

    Fault poison() {
        return new Fault(
                "records that nobody can read",
                Set.of("DeadLetters", "DeadLettersMany", "SchemaMismatch", "QualityViolated"),
                () -> {
                    for (int i = 0; i < 30; i++) {
                        send("serving.orders", "poison-" + i, "no Avro");
                        send("iot.readings", "poison-" + i, "no Avro");
                    }
                    // A status that the contract does not expect, which is measured and not refused.
                    for (int i = 0; i < 5; i++) {
                        post("{\"user_id\": \"u\", \"page\": \"/\", \"status\": 999}");
                    }
                },
                () -> {});
    }

    Fault refusedSchema() {
        String url = StackAddress.url(stack.address().registry()) + "/apis/ccompat/v7/subjects/faults-value/versions";
        return new Fault(
                "a schema that readers could not read",
                Set.of("SchemaRefused"),
                () -> {
                    request("POST", url, schema("int"));
                    request("POST", url, schema("string"));
                },
                () -> {});
    }

    private static String schema(String type) {
        return "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"Faults\\\",\\\"fields\\\":[{\\\"name\\\":\\\"a\\\",\\\"type\\\":\\\""
                + type + "\\\"}]}\"}";
    }

    /** A transform that drops what the broker has handed over: acknowledged and gone. */
    Fault filteredProbes() throws IOException, InterruptedException {
        JsonNode settings = JSON.readTree(connect("GET", "/connectors/probe-mqtt/config", null));
        String whole = settings.toString();
        String dropping = whole.substring(0, whole.length() - 1)
                + ",\"transforms\":\"drop\",\"transforms.drop.type\":\"org.apache.kafka.connect.transforms.Filter\"}";
        return new Fault(
                "a transform that drops probes",
                Set.of("ProbeLost"),
                () -> {
                    connect("PUT", "/connectors/probe-mqtt/config", dropping);
                    Thread.sleep(8_000);
                    connect("PUT", "/connectors/probe-mqtt/config", whole);
                },
                () -> {});
    }

    Fault repeatedProbe() {
        return new Fault(
                "a record that is written twice",
                Set.of("ProbeDuplicated"),
                () -> {
                    Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap());
                    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                                    settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                            KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                                    settings, new ByteArraySerializer(), new ByteArraySerializer())) {
                        TopicPartition partition = new TopicPartition("probe.events", 0);
                        consumer.assign(List.of(partition));
                        consumer.seekToEnd(List.of(partition));
                        consumer.position(partition);
                        Instant end = Instant.now().plusSeconds(20);
                        while (Instant.now().isBefore(end)) {
                            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                                producer.send(new ProducerRecord<>("probe.events", record.key(), record.value()))
                                        .get();
                                return;
                            }
                        }
                    }
                },
                () -> {});
    }

    Fault lateEvents() {
        return new Fault(
                "clients that send events of last week",
                Set.of("LateRows", "WatermarkStalled"),
                () -> {
                    Thread sender = new Thread(() -> {
                        try {
                            post("{\"user_id\": \"ahead\", \"page\": \"/\", \"event_time\": \""
                                    + Instant.now().plusSeconds(1_800) + "\"}");
                            for (int i = 0; i < 70; i++) {
                                event(Instant.now().minus(Duration.ofDays(7)));
                                Thread.sleep(1_000);
                            }
                        } catch (Exception e) {
                            // The stack is gone.
                        }
                    });
                    sender.setDaemon(true);
                    sender.start();
                },
                () -> {});
    }

    /** A job that needs more state than it was meant to. */
    Fault smallBudget() {
        Path job = stack.state().resolve("jobs/http_errors/job.yaml");
        String[] before = new String[1];
        return new Fault(
                "a job whose state has grown beyond its budget",
                Set.of("StateBudget"),
                () -> {
                    before[0] = Files.readString(job);
                    Files.writeString(job, before[0].replace("max_rows: 100000", "max_rows: 2"));
                },
                () -> Files.writeString(job, before[0]));
    }

    Fault stoppedCollector() {
        return new Fault(
                "a collector that is stopped",
                Set.of("ProbesRefused"),
                () -> connect("PUT", "/connectors/web-http/stop", ""),
                () -> connect("PUT", "/connectors/web-http/resume", ""));
    }

    Fault frozenRedis() {
        return new Fault(
                "a Redis that hangs",
                Set.of(
                        "SinkStoreUnavailable",
                        "CollectorDown",
                        "FreshnessBudgetBurnsFast",
                        "FreshnessBudgetBurnsSlowly"),
                () -> signal("redis", "STOP"),
                () -> signal("redis", "CONT"));
    }

    Fault frozenS3() {
        return new Fault(
                "a checkpoint store that hangs",
                Set.of("JobStuck"),
                () -> signal("s3", "STOP"),
                () -> signal("s3", "CONT"));
    }

    Fault frozenLake() {
        return new Fault(
                "a driver that hangs",
                Set.of("TargetDown"),
                () -> signal("spark-lake", "STOP"),
                () -> signal("spark-lake", "CONT"));
    }

    private void signal(String service, String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(stack.pid(service)))
                .start()
                .waitFor();
    }

    private RedisClient redis() {
        return RedisClient.create(StackAddress.HOST, stack.address().redis());
    }

    private void sql(String... statements) throws Exception {
        try (Connection shop = stack.shop();
                Statement statement = shop.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private String bootstrap() {
        return StackAddress.HOST + ":" + stack.address().kafka();
    }

    private void send(String topic, String key, String value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap()), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            topic, key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }

    /** An event of this time, from one of fifty users. */
    void event(Instant time) throws IOException, InterruptedException {
        post("{\"user_id\": \"u" + System.nanoTime() % 50 + "\", \"page\": \"/\", \"event_time\": \"" + time + "\"}");
    }

    /** Whatever is answered: a collector may be stopped on purpose. */
    private void post(String body) throws IOException, InterruptedException {
        try {
            request("POST", StackAddress.url(stack.address().httpSource()) + "/v1/events", body);
        } catch (IOException e) {
            // It is down.
        }
    }

    private String connect(String method, String path, String body) throws IOException, InterruptedException {
        return request(method, StackAddress.url(stack.address().connect()) + path, body);
    }

    private String request(String method, String url, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
