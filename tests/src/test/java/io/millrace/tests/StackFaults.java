package io.millrace.tests;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.StackAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
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

    /** Alerts about the newest hour of a kind of event: they clear when another hour has begun and has good ones. */
    static final Set<String> HOURLY = Set.of("SchemaMismatch", "QualityViolated");

    /** How long the lake's first commit may take to begin. */
    private static final Duration PATIENCE = Duration.ofSeconds(100);

    /** Something to be done to a stack. */
    interface Action {
        void run() throws Exception;
    }

    /** Something that is broken and what must be told. */
    record Fault(String name, Set<String> alerts, Action breaking, Action repair) {}

    private final StackHands hands;
    private final LocalStack stack;

    StackFaults(StackHands hands) {
        this.hands = hands;
        this.stack = hands.stack();
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
                    hands.connect("PUT", "/connectors/by-hand/config", settings);
                    StackHands.meanwhile(() -> {
                        for (int i = 0; i < 8; i++) {
                            Thread.sleep(11_000);
                            hands.connect("POST", "/connectors/by-hand/restart?includeTasks=true", "");
                        }
                    });
                },
                () -> hands.connect("DELETE", "/connectors/by-hand", null));
    }

    Fault stoppedSink() {
        return new Fault(
                "a sink that somebody stopped, over a store that lost its last writes",
                Set.of("ConnectTaskPaused", "GroupLagGrows", "ReconciliationMismatch"),
                () -> {
                    hands.connect("PUT", "/connectors/serving-redis/stop", "");
                    try (RedisClient redis = hands.redis()) {
                        // As a store that comes back with less than it had.
                        redis.hset("millrace:ledger:serving-redis:serving.probes:0", "offset", "0");
                    }
                },
                () -> hands.connect("PUT", "/connectors/serving-redis/resume", ""));
    }

    Fault evictingRedis() {
        return new Fault(
                "a Redis without room",
                Set.of("RedisMemory", "RedisEvicts"),
                () -> {
                    try (RedisClient redis = hands.redis()) {
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
                    StackHands.meanwhile(() -> {
                        try (RedisClient redis = hands.redis()) {
                            for (int i = 0; i < 60; i++) {
                                for (int j = 0; j < 20; j++) {
                                    redis.set("filler:" + i + ":" + j, "x".repeat(1_000));
                                }
                                Thread.sleep(1_000);
                            }
                        }
                    });
                },
                () -> {
                    try (RedisClient redis = hands.redis()) {
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
                () -> hands.request(
                        "PUT",
                        url + "?wait_for_active_shards=0",
                        "{\"settings\":{\"index.routing.allocation.require.name\":\"nowhere\",\"number_of_replicas\":0}}"),
                () -> hands.request("DELETE", url, null));
    }

    Fault blockedIndex() {
        String url = StackAddress.url(stack.address().elasticsearch()) + "/serving.probes/_settings";
        return new Fault(
                "an index that takes no writes",
                Set.of("SearchRejectsWrites"),
                () -> hands.request("PUT", url, "{\"index.blocks.write\": true}"),
                () -> hands.request("PUT", url, "{\"index.blocks.write\": null}"));
    }

    Fault spareSlot() {
        return new Fault(
                "a slot that nobody reads",
                Set.of("SlotInactive", "SlotRetainsHalf", "SlotRetainsMost", "SlotLost"),
                () -> {
                    hands.sql(
                            "alter system set max_slot_wal_keep_size = '64MB'",
                            "alter system set max_wal_size = '64MB'",
                            "select pg_reload_conf()",
                            "select pg_create_logical_replication_slot('spare', 'pgoutput')");
                    StackHands.meanwhile(() -> {
                        for (int i = 0; i < 24; i++) {
                            hands.sql(
                                    "select pg_logical_emit_message(false, 'millrace_heartbeat', repeat('x', 4000000))");
                            if (i > 16) {
                                hands.sql("select pg_switch_wal()", "checkpoint");
                            }
                            Thread.sleep(2_500);
                        }
                    });
                },
                () -> hands.sql(
                        "select pg_drop_replication_slot('spare')",
                        "alter system reset max_slot_wal_keep_size",
                        "alter system reset max_wal_size",
                        "select pg_reload_conf()"));
    }

    /** Counts for the hour in which it came: see {@link #HOURLY}. */
    Fault poison() {
        return new Fault(
                "records that nobody can read",
                Set.of("DeadLetters", "DeadLettersMany", "SchemaMismatch", "QualityViolated"),
                () -> {
                    hands.reading();
                    for (int i = 0; i < 30; i++) {
                        hands.send("serving.orders", "poison-" + i, "no Avro");
                        hands.send("iot.readings", "poison-" + i, "no Avro");
                    }
                    // A status that the contract does not expect, which is measured and not refused.
                    for (int i = 0; i < 5; i++) {
                        hands.post("{\"user_id\": \"u\", \"page\": \"/\", \"status\": 999}");
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
                    hands.request("POST", url, schema("int"));
                    hands.request("POST", url, schema("string"));
                },
                () -> {});
    }

    private static String schema(String type) {
        return "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"Faults\\\",\\\"fields\\\":[{\\\"name\\\":\\\"a\\\",\\\"type\\\":\\\""
                + type + "\\\"}]}\"}";
    }

    /** A transform that drops what the broker has handed over: acknowledged and gone. */
    Fault filteredProbes() throws IOException, InterruptedException {
        JsonNode settings = JSON.readTree(hands.connect("GET", "/connectors/probe-mqtt/config", null));
        String whole = settings.toString();
        String dropping = whole.substring(0, whole.length() - 1)
                + ",\"transforms\":\"drop\",\"transforms.drop.type\":\"org.apache.kafka.connect.transforms.Filter\"}";
        return new Fault(
                "a transform that drops probes",
                Set.of("ProbeLost"),
                () -> {
                    hands.connect("PUT", "/connectors/probe-mqtt/config", dropping);
                    Thread.sleep(8_000);
                    hands.connect("PUT", "/connectors/probe-mqtt/config", whole);
                },
                () -> {});
    }

    Fault repeatedProbe() {
        return new Fault(
                "a record that is written twice",
                Set.of("ProbeDuplicated"),
                () -> {
                    Map<String, Object> settings = Map.of("bootstrap.servers", hands.bootstrap());
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
                    StackHands.meanwhile(() -> {
                        hands.post("{\"user_id\": \"ahead\", \"page\": \"/\", \"event_time\": \""
                                + Instant.now().plusSeconds(1_800) + "\"}");
                        for (int i = 0; i < 70; i++) {
                            hands.event(Instant.now().minus(Duration.ofDays(7)));
                            Thread.sleep(1_000);
                        }
                    });
                },
                () -> {});
    }

    /** A job that needs more state than it was meant to. */
    Fault smallBudget() throws IOException {
        return edited(
                "a job whose state has grown beyond its budget",
                Set.of("StateBudget"),
                "jobs/http_errors/job.yaml",
                text -> text.replace("max_rows: 100000", "max_rows: 2"),
                () -> {});
    }

    Fault failingJob() throws IOException {
        return edited(
                "a job whose query fails on its input",
                Set.of("JobDown"),
                "jobs/service_errors/query.sql",
                text -> text.replace("count(*)", "count(raise_error('by hand'))"),
                () -> hands.post(
                        "/v1/events/ops.requests",
                        "{\"service\": \"s\", \"endpoint\": \"/\", \"status\": 200, \"duration_ms\": 1, \"trace_id\": \"t\"}"));
    }

    /** A file of the stack with another content, until the repair. @param then what is done after the edit */
    private Fault edited(String name, Set<String> alerts, String file, UnaryOperator<String> edit, Action then)
            throws IOException {
        Path path = stack.state().resolve(file);
        String whole = Files.readString(path);
        String broken = edit.apply(whole);
        if (broken.equals(whole)) {
            throw new IllegalStateException(file + " does not have what is to be edited:\n" + whole);
        }
        return new Fault(
                name,
                alerts,
                () -> {
                    Files.writeString(path, broken);
                    then.run();
                },
                () -> Files.writeString(path, whole));
    }

    Fault stoppedCollector() {
        return new Fault(
                "a collector that is stopped",
                Set.of("ProbesRefused"),
                () -> hands.connect("PUT", "/connectors/web-http/stop", ""),
                () -> hands.connect("PUT", "/connectors/web-http/resume", ""));
    }

    Fault frozenRedis() {
        return new Fault(
                "a Redis that hangs",
                Set.of(
                        "SinkStoreUnavailable",
                        "CollectorDown",
                        "ReconciliationOld",
                        "FreshnessBudgetBurnsFast",
                        "FreshnessBudgetBurnsSlowly"),
                () -> hands.signal("redis", "STOP"),
                () -> hands.signal("redis", "CONT"));
    }

    Fault frozenS3() {
        return new Fault(
                "a checkpoint store that hangs",
                Set.of("JobStuck"),
                () -> hands.signal("s3", "STOP"),
                () -> hands.signal("s3", "CONT"));
    }

    /** As by a writer that plans compactions and leaves them to another one, which nobody has set up. */
    Fault neglectedTable() {
        Path settings = hands.table("web_events_raw").resolve(".hoodie/hoodie.properties");
        Path table = hands.table("by_hand");
        return new Fault(
                "a table whose compactions are planned and not run",
                Set.of("LakeCompactionsPending"),
                () -> {
                    Path timeline = Files.createDirectories(table.resolve(".hoodie/timeline"));
                    for (int i = 0; i < 5; i++) {
                        Files.createFile(timeline.resolve("2026010100000" + i + "000.compaction.requested"));
                    }
                    Files.copy(settings, table.resolve(".hoodie/hoodie.properties"));
                },
                () -> {
                    try (Stream<Path> files = Files.walk(table)) {
                        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                            Files.delete(file);
                        }
                    }
                });
    }

    /** Killed when a commit has begun and is not done; what it had written is taken back by the next one. */
    Fault killedInCommit() {
        Path timeline = hands.table("web_events_raw").resolve(".hoodie/timeline");
        return new Fault(
                "a driver that is killed in a commit",
                Set.of("LakeRollbacks"),
                () -> StackHands.meanwhile(() -> {
                    await().atMost(PATIENCE)
                            .pollDelay(Duration.ZERO)
                            .pollInterval(Duration.ofMillis(10))
                            .until(() -> isCommitting(timeline));
                    hands.signal("spark-lake", "KILL");
                }),
                () -> {});
    }

    private static boolean isCommitting(Path timeline) throws IOException {
        if (!Files.isDirectory(timeline)) {
            return false;
        }
        try (Stream<Path> files = Files.list(timeline)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).toList();
            return names.stream()
                    .filter(name -> name.endsWith(".inflight"))
                    .map(name -> name.substring(0, name.indexOf('.')))
                    .anyMatch(instant -> names.stream().noneMatch(name -> name.startsWith(instant + "_")));
        }
    }

    /**
     * The role of the capture may not log in, as after a mistake with its password. Debezium tries again once, with its
     * numbers taken away meanwhile, and then its task fails.
     */
    Fault refusedCapture() {
        return new Fault(
                "a database that refuses its capture",
                Set.of("ConnectTaskFailed", "SlotInactive", "DebeziumDisconnected"),
                () -> hands.sql(
                        "alter role millrace_cdc nologin",
                        "select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = 'millrace_shop'"),
                () -> {
                    hands.sql("alter role millrace_cdc login");
                    hands.connect("POST", "/connectors/shop-cdc/restart?includeTasks=true&onlyFailed=true", "");
                });
    }

    /** Somebody who tidies the configuration takes too much out. */
    Fault forgottenTarget(PrometheusServer prometheus) {
        return new Fault(
                "a target that is not scraped any more",
                Set.of("TargetAbsent"),
                () -> prometheus.scrapeWithout("registry"),
                prometheus::scrapeAll);
    }

    Fault frozenLake() {
        return new Fault(
                "a driver that hangs",
                Set.of("TargetDown"),
                () -> hands.signal("spark-lake", "STOP"),
                () -> hands.signal("spark-lake", "CONT"));
    }
}
