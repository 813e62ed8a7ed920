package io.millrace.connect.configs.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.DeclaredState;
import io.millrace.connect.configs.Marks;
import io.millrace.connect.configs.environment.Clusters;
import io.millrace.connect.configs.environment.ConnectAccess;
import io.millrace.connect.configs.environment.Environment;
import io.millrace.connect.configs.environment.KafkaAccess;
import io.millrace.connect.configs.environment.RegistryAccess;
import io.millrace.connect.configs.servers.ConnectWorker;
import io.millrace.connect.configs.servers.KafkaServer;
import io.millrace.connect.configs.servers.Records;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real broker and a real worker; every number is compared with a count of its own. */
class ConnectorTableIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector";
    private static final String SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector";

    @TempDir
    static Path folder;

    private static KafkaServer kafka;
    private static ConnectWorker worker;
    private static ConnectClient connect;
    private static Records records;
    private static Environment environment;

    @BeforeAll
    static void start() throws Exception {
        kafka = new KafkaServer(folder);
        worker = ConnectWorker.start(folder, kafka);
        connect = worker.client();
        records = new Records(kafka);
        environment = Environment.of(
                "test",
                "tests",
                ConnectAccess.plain(worker.url()),
                KafkaAccess.plain(kafka.bootstrap()),
                RegistryAccess.plain("http://127.0.0.1:1"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (worker != null) {
            worker.close();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    @Test
    void aSinkLagsByTheRecordsThatItHasNotConsumedAndByTheAgeOfTheOldest() throws Exception {
        kafka.createTopic("orders", 2, Map.of());
        connect.putIfDifferent("orders-file", sink("orders", Map.of()));
        connect.awaitRunning("orders-file", LIMIT);
        records.write("orders", 2, 1000);
        await().atMost(LIMIT).until(() -> records.unread("orders", "connect-orders-file") == 0);
        assertThat(row("orders-file").lag()).isEqualTo(new Lag(java.util.OptionalLong.of(0), zero()));

        connect.pause("orders-file");
        connect.awaitState("orders-file", "PAUSED", LIMIT);
        long written = System.currentTimeMillis();
        records.write("orders", 2, 137);
        ConnectorRow row = row("orders-file");
        assertThat(row.lag().records()).hasValue(137);
        assertThat(records.unread("orders", "connect-orders-file")).isEqualTo(137);
        assertThat(row.lag().age().orElseThrow().toMillis()).isBetween(0L, System.currentTimeMillis() - written);
        assertThat(row.state()).isEqualTo("PAUSED");
        assertThat(row.running()).isZero();
        assertThat(row.tasks()).isEqualTo(1);
    }

    @Test
    void markersOfTransactionsAreNoRecords() throws Exception {
        kafka.createTopic("payments", 1, Map.of());
        connect.putIfDifferent("payments-file", sink("payments", Map.of("consumer.override.group.id", "payers")));
        connect.awaitRunning("payments-file", LIMIT);
        records.writeInTransactions("payments", 1, 10, 5);
        await().atMost(LIMIT).until(() -> records.unread("payments", "payers") == 0);
        assertThat(row("payments-file").lag().records()).hasValue(0);

        connect.stop("payments-file");
        connect.awaitState("payments-file", "STOPPED", LIMIT);
        records.writeInTransactions("payments", 1, 10, 3);
        assertThat(row("payments-file").lag().records()).hasValue(30);
        assertThat(records.unread("payments", "payers")).isEqualTo(30);
    }

    @Test
    void aSourceIsAsOldAsTheNewestRecordThatItWrote() throws Exception {
        kafka.createTopic("lines", 1, Map.of());
        Path file = Files.writeString(folder.resolve("lines.txt"), "one\ntwo\n");
        connect.putIfDifferent(
                "lines-source",
                Map.of("connector.class", SOURCE, "file", file.toString(), "topic", "lines", "tasks.max", "1"));
        connect.awaitRunning("lines-source", LIMIT);
        await().atMost(LIMIT).until(() -> records.unread("lines", "nobody") == 2);
        await().atMost(LIMIT).until(() -> row("lines-source").lag().age().isPresent());
        long before = System.currentTimeMillis();
        Files.writeString(file, "three\n", StandardOpenOption.APPEND);
        await().atMost(LIMIT).until(() -> records.unread("lines", "nobody") == 3);
        Lag lag = row("lines-source").lag();
        assertThat(lag.records()).isEmpty();
        assertThat(lag.age().orElseThrow().toMillis()).isBetween(0L, System.currentTimeMillis() - before);
    }

    @Test
    void deadLettersAndRestartsAreCounted() throws Exception {
        kafka.createTopic("mixed", 1, Map.of());
        kafka.createTopic("dlq.mixed", 1, Map.of());
        connect.putIfDifferent(
                "mixed-file",
                sink(
                        "mixed",
                        Map.of(
                                "value.converter", "org.apache.kafka.connect.json.JsonConverter",
                                "errors.tolerance", "all",
                                "errors.deadletterqueue.topic.name", "dlq.mixed",
                                "errors.deadletterqueue.topic.replication.factor", "1")));
        connect.awaitRunning("mixed-file", LIMIT);
        records.write("mixed", 1, 7);
        await().atMost(LIMIT).until(() -> row("mixed-file").deadLetters().equals(java.util.OptionalLong.of(7)));
        assertThat(records.unread("dlq.mixed", "nobody")).isEqualTo(7);

        int before = row("mixed-file").restarts().orElseThrow();
        for (int i = 1; i <= 2; i++) {
            int expected = before + i;
            connect.restart("mixed-file", false);
            await().atMost(LIMIT).until(() -> row("mixed-file").restarts().orElseThrow() == expected);
        }
        connect.awaitRunning("mixed-file", LIMIT);
        connect.pause("mixed-file");
        connect.awaitState("mixed-file", "PAUSED", LIMIT);
        connect.resume("mixed-file");
        connect.awaitRunning("mixed-file", LIMIT);
        assertThat(row("mixed-file").restarts()).as("a pause is no restart").hasValue(before + 2);
    }

    @Test
    void driftTellsWhatWasAppliedFromWhatWasNot() throws Exception {
        kafka.createTopic("drifting", 1, Map.of());
        Map<String, String> config = sink("drifting", Map.of());
        connect.create("by-curl", config, DeclaredState.STOPPED);
        connect.create("applied", Marks.put(config, "tests"), DeclaredState.STOPPED);
        Map<String, String> touched = new TreeMap<>(Marks.put(config, "tests"));
        touched.put("tasks.max", "3");
        connect.create("touched", touched, DeclaredState.STOPPED);
        Map<String, String> newer = new TreeMap<>(config);
        newer.put("tasks.max", "2");
        connect.create("outdated", Marks.put(config, "tests"), DeclaredState.STOPPED);

        connect.awaitState("outdated", "STOPPED", LIMIT);
        ConnectorTable table = table(List.of(
                new DeclaredConnector("applied", config),
                new DeclaredConnector("outdated", newer),
                new DeclaredConnector("never-applied", config)));
        assertThat(table.rows().stream().filter(row -> row.name().equals("never-applied")))
                .singleElement()
                .returns(Drift.MISSING, ConnectorRow::drift);
        assertThat(drift(table, "by-curl")).isEqualTo(Drift.FOREIGN);
        assertThat(drift(table, "applied")).isEqualTo(Drift.IN_STEP);
        assertThat(drift(table, "touched")).isEqualTo(Drift.CHANGED_BY_HAND);
        assertThat(drift(table, "outdated")).isEqualTo(Drift.NOT_APPLIED);
    }

    @Test
    void aFailureIsToldInOneLineWithoutTheSecretInIt() throws Exception {
        kafka.createTopic("failing", 1, Map.of());
        Map<String, String> config = new TreeMap<>(sink("failing", Map.of()));
        config.put("file", "/nowhere/planted-5ecret/file");
        config.put("database.password", "planted-5ecret");
        connect.putIfDifferent("failing-file", config);
        await().atMost(LIMIT).until(() -> row("failing-file").error().isPresent());

        ConnectorTable table = table(List.of());
        assertThat(row("failing-file").error().orElseThrow())
                .contains("/nowhere/(hidden)/file")
                .doesNotContain("\n")
                .doesNotContain("\tat ");
        assertThat(String.join("\n", table.render(400)) + table.json())
                .contains("failing-file")
                .doesNotContain("planted-5ecret");
        assertThat(table.hasFailures()).isTrue();
        assertThat(table.render(90))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(115));
        connect.delete("failing-file");
    }

    @Test
    void twoHundredConnectorsTakeLessThanFiveSeconds() throws Exception {
        kafka.admin()
                .createTopics(java.util.stream.IntStream.range(0, 20)
                        .mapToObj(i -> new NewTopic("many-" + i, 4, (short) 1))
                        .toList())
                .all()
                .get();
        for (int i = 0; i < 20; i++) {
            records.write("many-" + i, 4, 50);
        }
        for (int i = 0; i < 200; i++) {
            connect.create("many-" + i, sink("many-" + i % 20, Map.of()), DeclaredState.STOPPED);
        }
        connect.awaitState("many-199", "STOPPED", LIMIT);
        long start = System.nanoTime();
        ConnectorTable table = table(List.of());
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.println("status of " + table.rows().size() + " connectors: " + took.toMillis() + " ms");
        assertThat(table.rows().stream().filter(row -> row.name().startsWith("many-")))
                .hasSize(200)
                .allSatisfy(row -> {
                    assertThat(row.lag().records()).hasValue(50);
                    assertThat(row.lag().age()).isPresent();
                });
        assertThat(took).isLessThan(Duration.ofSeconds(5));
        for (int i = 0; i < 200; i++) {
            connect.delete("many-" + i);
        }
    }

    @Test
    void withoutBrokersThereIsStillARowForEveryConnector() throws Exception {
        connect.create("blind", sink("orders", Map.of()), DeclaredState.STOPPED);
        connect.awaitState("blind", "STOPPED", LIMIT);
        Environment blind = Environment.of(
                "blind",
                "tests",
                ConnectAccess.plain(worker.url()),
                new KafkaAccess(
                        KafkaAccess.plain("127.0.0.1:1").bootstrap(),
                        Map.of(
                                "default.api.timeout.ms",
                                io.millrace.connect.configs.environment.Setting.literal("1500"),
                                "request.timeout.ms",
                                io.millrace.connect.configs.environment.Setting.literal("1000"))),
                RegistryAccess.plain("http://127.0.0.1:1"));
        try (Clusters clusters = blind.open()) {
            ConnectorTable table = ConnectorTable.read(blind, clusters, List.of(), Clock.systemUTC());
            assertThat(table.rows()).anySatisfy(row -> {
                assertThat(row.name()).isEqualTo("blind");
                assertThat(row.state()).isEqualTo("STOPPED");
                assertThat(row.lag()).isEqualTo(Lag.UNKNOWN);
                assertThat(row.restarts()).isEmpty();
            });
            assertThat(table.notes()).hasSize(2).anyMatch(note -> note.contains("127.0.0.1:1"));
        }
    }

    private static java.util.Optional<Duration> zero() {
        return java.util.Optional.of(Duration.ZERO);
    }

    private static Drift drift(ConnectorTable table, String name) {
        return table.rows().stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .orElseThrow()
                .drift();
    }

    private static ConnectorRow row(String name) {
        return table(List.of()).rows().stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ConnectorTable table(List<DeclaredConnector> declared) {
        try (Clusters clusters = environment.open()) {
            return ConnectorTable.read(environment, clusters, declared, Clock.systemUTC());
        }
    }

    private static Map<String, String> sink(String topic, Map<String, String> more) {
        Map<String, String> config = new TreeMap<>(more);
        config.put("connector.class", SINK);
        config.put("topics", topic);
        config.put("tasks.max", "1");
        config.put("file", folder.resolve(topic + ".out").toString());
        return config;
    }
}
