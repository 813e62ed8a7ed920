package io.millrace.connect.configs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.ConnectorApply;
import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.DeclaredState;
import io.millrace.connect.configs.Marks;
import io.millrace.connect.configs.command.ControlTool.Result;
import io.millrace.connect.configs.servers.ConnectWorker;
import io.millrace.connect.configs.servers.KafkaServer;
import io.millrace.connect.configs.servers.RegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control tool against a real broker, worker and registry. Each test has an owner and names of its own. */
class ControlIT {
    private static final String SECRET = "hunter2-do-not-print";

    @TempDir
    private static Path servers;

    private static KafkaServer kafka;
    private static ConnectWorker worker;
    private static RegistryServer registry;
    private static int tests;

    @TempDir
    private Path root;

    private ControlFiles files;
    private String id;
    private String topic;
    private String sink;
    private String source;

    @BeforeAll
    static void start() throws Exception {
        registry = new RegistryServer(servers);
        kafka = new KafkaServer(servers);
        worker = ConnectWorker.start(servers, kafka);
        worker.client().loggers().set("org.apache.kafka.connect.runtime.rest.RestServer", "INFO");
        worker.client().loggers().set("org.apache.kafka.connect.runtime.Worker", "INFO");
    }

    @AfterAll
    static void stop() throws Exception {
        worker.close();
        kafka.close();
        registry.close();
    }

    @BeforeEach
    void declare() throws IOException {
        files = new ControlFiles(root, "test" + ++tests, worker.url(), kafka.bootstrap(), registry.url());
        id = files.id;
        topic = files.topic;
        sink = files.sink;
        source = files.source;
    }

    @Test
    void planThenApplyThenPlanAndASecondApplySendsNothing() throws Exception {
        Result plan = files.run("plan");
        assertThat(plan.code()).as(plan.out() + plan.err()).isEqualTo(3);
        assertThat(plan.out())
                .contains("+ " + topic, "+ " + topic + "-value", "+ " + source, "+ " + sink, "4 to create");
        assertThat(worker.client().connectors()).doesNotContain(sink, source);

        applied();
        assertThat(worker.client().status(sink).orElseThrow().isRunning()).isTrue();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(root.resolve("out.txt")).hasContent("one\ntwo"));
        assertThat(root.resolve("published").resolve(topic).resolve("contract.yaml"))
                .exists();

        Result second = files.run("plan");
        assertThat(second.code()).as(second.out()).isZero();
        int writes = writes().size();
        int starts = starts(sink) + starts(source);
        assertThat(files.run("apply", "--watch-for", "1s").code()).isZero();
        assertThat(writes()).hasSize(writes);
        assertThat(starts(sink) + starts(source)).isEqualTo(starts);
    }

    @Test
    void aChangeThatDoesNotWorkIsPutBackAndTheOthersNeverRestart() throws Exception {
        applied();
        Map<String, String> before = worker.client().config(sink).orElseThrow();
        int starts = starts(source);
        files.sink(Map.of("file", "/does/not/exist/out.txt"));
        Result apply = files.run("apply", "--watch-for", "5s");
        assertThat(apply.code()).isEqualTo(1);
        assertThat(apply.out())
                .contains("! " + sink, "task 0 failed", "/does/not/exist/out.txt")
                .contains("the previous settings were put back and it runs again");
        assertThat(worker.client().config(sink)).contains(before);
        assertThat(worker.client().status(sink).orElseThrow().isRunning()).isTrue();
        assertThat(starts(source)).isEqualTo(starts);
    }

    @Test
    void aNewConnectorThatDoesNotWorkIsRemovedAgain() throws Exception {
        files.sink(Map.of("file", "/does/not/exist/out.txt"));
        Result apply = files.run("apply", "--watch-for", "5s");
        assertThat(apply.code()).isEqualTo(1);
        assertThat(apply.out()).contains("the connector was removed again");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(worker.client().connectors())
                        .contains(source)
                        .doesNotContain(sink));
    }

    @Test
    void oneChangedKeyRestartsOneConnector() throws Exception {
        applied();
        int sinkStarts = starts(sink);
        int sourceStarts = starts(source);
        files.source(Map.of("batch.size", "100"));
        Result plan = files.run("plan");
        assertThat(plan.out())
                .contains("~ " + source, "restarts connector + 1 task, position kept")
                .containsPattern("batch.size +\\(not set\\)  ->  100 .*" + source + ".json:8")
                .contains("0 to create, 1 to change, 0 to remove");
        applied();
        assertThat(starts(sink)).isEqualTo(sinkStarts);
        assertThat(starts(source)).isGreaterThan(sourceStarts);
        assertThat(root.resolve("out.txt")).hasContent("one\ntwo");
    }

    @Test
    void aForeignConnectorIsNeverRemovedAndOursOnlyWithPrune() throws Exception {
        applied();
        String foreign = id + "-foreign";
        worker.client()
                .create(
                        foreign,
                        files.config(Map.of("file", root.resolve("foreign.txt").toString())),
                        DeclaredState.STOPPED);
        Files.delete(root.resolve("connectors").resolve(sink + ".json"));
        Result kept = files.run("plan");
        assertThat(kept.code()).as(kept.out()).isZero();
        assertThat(kept.out()).contains("? " + foreign, "- " + sink, "--prune removes it");
        Result pruned = files.run("apply", "--prune", "--watch-for", "1s");
        assertThat(pruned.code()).as(pruned.out()).isZero();
        assertThat(worker.client().connectors()).contains(foreign, source).doesNotContain(sink);
        worker.client().delete(foreign);
    }

    @Test
    void aKeyChangedByHandIsDriftAndAChangedFileIsNot() throws Exception {
        applied();
        assertThat(files.run("drift").code()).isZero();
        files.source(Map.of("batch.size", "100"));
        Result pending = files.run("drift");
        assertThat(pending.code()).as(pending.out()).isZero();
        assertThat(pending.out()).contains("changed in the files since the last apply", "no drift");
        files.source(Map.of());

        Map<String, String> byHand =
                new TreeMap<>(worker.client().config(source).orElseThrow());
        byHand.put("batch.size", "7");
        worker.client().put(source, byHand);
        Result drift = files.run("drift");
        assertThat(drift.code()).isEqualTo(3);
        assertThat(drift.out()).contains("! " + source, "changed by hand", "batch.size", "live 7");
        assertThat(files.run("drift", "--json").out()).contains("\"by_hand\"");
        applied();
        assertThat(files.run("drift").code()).isZero();

        Map<String, String> unmarked =
                Marks.plain(worker.client().config(source).orElseThrow());
        worker.client().put(source, unmarked);
        Result gone = files.run("drift");
        assertThat(gone.code()).isEqualTo(3);
        assertThat(gone.out()).contains("the mark is gone");
        Result adopted = files.run("apply", "--adopt", "--watch-for", "1s");
        assertThat(adopted.code()).as(adopted.out()).isZero();
        assertThat(files.run("drift").code()).isZero();
    }

    @Test
    void aPasswordAppearsInNoOutputAndNoPlanFile() throws Exception {
        applied();
        String foreign = id + "-foreign";
        Map<String, String> secrets = files.config(Map.of(
                "file",
                root.resolve("foreign.txt").toString(),
                "db.password",
                SECRET,
                "connection.url",
                "jdbc:postgresql://h/db?user=u&password=" + SECRET));
        worker.client().create(foreign, secrets, DeclaredState.STOPPED);
        Map<String, String> byHand = new TreeMap<>(worker.client().config(sink).orElseThrow());
        byHand.put("db.password", SECRET);
        byHand.put("proxy.url", "http://u:" + SECRET + "@h");
        worker.client().put(sink, byHand);

        String saved = root.resolve("plan.json").toString();
        List<Result> results = new ArrayList<>();
        results.add(files.run("plan", "--out", saved));
        results.add(files.run("plan", "--json", "--adopt", "--prune"));
        results.add(files.run("drift"));
        results.add(files.run("drift", "--json"));
        results.add(files.run("validate"));
        files.write(
                "connectors/" + foreign + ".json",
                files.connector(foreign, Map.of("db.password", "${env:SECRET_FROM_ENV}")));
        results.add(files.run("plan", "--adopt"));
        results.add(files.run("apply", "--adopt", "--watch-for", "1s"));
        assertThat(results.get(0).out()).contains("db.password", "(hidden)");
        assertThat(results.get(0).code()).isEqualTo(3);
        assertThat(results.get(6).code()).as(results.get(6).out()).isZero();

        files.write("connectors/" + foreign + ".json", files.connector(foreign, Map.of("db.password", SECRET)));
        Result refused = files.run("plan");
        results.add(refused);
        results.add(files.run("validate", "--offline"));
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .contains(foreign + ".json:8: db.password holds a secret in plain text", "${env:NAME}");

        results.forEach(result -> assertThat(result.out() + result.err())
                .doesNotContain(SECRET)
                .doesNotContain("resolved-by-the-worker"));
        assertThat(Path.of(saved)).content().doesNotContain(SECRET);
        worker.client().delete(foreign);
    }

    @Test
    void aSavedPlanIsRefusedWhenTheLiveStateMovedAndAppliedWhenNot() throws Exception {
        applied();
        files.source(Map.of("batch.size", "100"));
        String saved = root.resolve("plan.json").toString();
        assertThat(files.run("plan", "--out", saved).code()).isEqualTo(3);
        Map<String, String> byHand =
                new TreeMap<>(worker.client().config(source).orElseThrow());
        byHand.put("batch.size", "7");
        worker.client().put(source, byHand);
        Result refused = files.run("apply", "--plan", saved, "--watch-for", "1s");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("out of date", "connector " + source).doesNotContain("connector " + sink);
        assertThat(worker.client().config(source).orElseThrow()).containsEntry("batch.size", "7");

        assertThat(files.run("plan", "--out", saved).code()).isEqualTo(3);
        Result applied = files.run("apply", "--plan", saved, "--watch-for", "1s");
        assertThat(applied.code()).as(applied.out() + applied.err()).isZero();
        assertThat(worker.client().config(source).orElseThrow()).containsEntry("batch.size", "100");
    }

    @Test
    void offsetsOfAnEarlierLifeAreToldAndResetOnlyWhenAsked() throws Exception {
        applied();
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(committed()).isEqualTo(2));
        worker.client().delete(sink);
        worker.client().delete(source);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(files.run("plan").out())
                        .contains("consumer group connect-" + sink + " has", "topic connect-offsets has 1 partition"));
        Result reset = files.run("apply", "--reset-offsets", "--watch-for", "1s");
        assertThat(reset.code()).as(reset.out()).isZero();
        // The source has read its file a second time.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(Files.readAllLines(root.resolve("out.txt"))).hasSizeGreaterThan(3));
    }

    @Test
    void anIncompatibleSchemaBlocksAndNothingIsChanged() throws Exception {
        applied();
        files.schema("{\"name\": \"id\", \"type\": \"string\"}, {\"name\": \"country\", \"type\": \"string\"}");
        files.source(Map.of("batch.size", "100"));
        Result apply = files.run("apply");
        assertThat(apply.code()).isEqualTo(1);
        assertThat(apply.out()).contains("! " + topic + "-value", "not BACKWARD compatible", "country");
        assertThat(apply.err()).contains("nothing was changed");
        assertThat(worker.client().config(source).orElseThrow()).doesNotContainKey("batch.size");
        files.schema(
                "{\"name\": \"id\", \"type\": \"string\"}, {\"name\": \"country\", \"type\": [\"null\", \"string\"], \"default\": null}");
        applied();
        assertThat(registry.client().latest(topic + "-value").orElseThrow().number())
                .isEqualTo(2);
    }

    @Test
    void whatTheWorkersRefuseIsShownWithFileAndLineAndNothingIsSent() throws Exception {
        files.source(Map.of("tasks.max", "many"));
        Result plan = files.run("plan");
        assertThat(plan.code()).isEqualTo(1);
        assertThat(plan.out()).contains("tasks.max: Invalid value many", source + ".json:");
        assertThat(files.run("apply").code()).isEqualTo(1);
        assertThat(worker.client().connectors()).doesNotContain(sink, source);
        assertThat(files.run("validate").code()).isEqualTo(1);
        assertThat(files.run("validate", "--offline").code()).isZero();
    }

    @Test
    void aDeclaredStateIsKeptAndATopicGrowsButNeverShrinks() throws Exception {
        applied();
        files.write(
                "connectors/" + sink + ".json",
                files.connector(sink, Map.of()).replace("\"config\"", "\"initial_state\": \"STOPPED\", \"config\""));
        Path contract = root.resolve("contracts").resolve(topic).resolve("contract.yaml");
        Files.writeString(
                contract,
                Files.readString(contract)
                        .replace("partitions: 2", "partitions: 3")
                        .replace("1d", "2d"));
        Result apply = files.run("apply", "--watch-for", "1s");
        assertThat(apply.code()).as(apply.out() + apply.err()).isZero();
        assertThat(apply.out()).contains("partitions 2 -> 3; keys move", "RUNNING -> STOPPED");
        assertThat(worker.client().status(sink).orElseThrow().state()).isEqualTo("STOPPED");
        assertThat(kafka.admin()
                        .describeTopics(List.of(topic))
                        .allTopicNames()
                        .get()
                        .get(topic)
                        .partitions())
                .hasSize(3);
        assertThat(files.run("plan").code()).isZero();
        Files.writeString(contract, Files.readString(contract).replace("partitions: 3", "partitions: 2"));
        Result shrunk = files.run("plan");
        assertThat(shrunk.code()).isEqualTo(1);
        assertThat(shrunk.out()).contains("Kafka cannot take partitions away");
    }

    @Test
    void aServerThatCannotBeReachedIsOneSentence() throws Exception {
        files.environment("http://127.0.0.1:1", kafka.bootstrap());
        Result connect = files.run("plan");
        assertThat(connect.code()).isEqualTo(1);
        assertThat(connect.err().lines()).singleElement().asString().contains("http://127.0.0.1:1");
        files.environment(worker.url(), "127.0.0.1:1");
        Result broker = files.run("plan");
        assertThat(broker.code()).isEqualTo(1);
        assertThat(broker.err().lines()).singleElement().asString().contains("cannot reach Kafka at 127.0.0.1:1");
    }

    @Test
    void planAfterAStackHasAppliedTheConnectorsItselfShowsNoChange() throws Exception {
        applied();
        ConnectClient client = worker.client();
        Map<String, String> live = client.config(source).orElseThrow();
        DeclaredConnector declared = new DeclaredConnector(source, Marks.plain(live));
        assertThat(ConnectorApply.apply(client, declared, id)).isFalse();
        client.delete(source);
        await().atMost(Duration.ofSeconds(20)).until(() -> client.config(source), Optional::isEmpty);
        assertThat(ConnectorApply.apply(client, declared, id)).isTrue();
        client.awaitRunning(source, Duration.ofSeconds(30));
        Result plan = files.run("plan");
        assertThat(plan.code()).as(plan.out()).isZero();
    }

    private void applied() {
        Result apply = files.run("apply", "--watch-for", "1s");
        assertThat(apply.code()).as(apply.out() + apply.err()).isZero();
    }

    private int committed() throws Exception {
        Map<TopicPartition, OffsetAndMetadata> offsets = kafka.admin()
                .listConsumerGroupOffsets("connect-" + sink)
                .partitionsToOffsetAndMetadata()
                .get();
        return (int)
                offsets.values().stream().mapToLong(OffsetAndMetadata::offset).sum();
    }

    /** Requests in the worker's own log that change something: validations are PUTs as well, but below another path. */
    private static List<String> writes() throws IOException {
        return worker.log()
                .lines()
                .filter(line -> line.matches(".*\"(PUT|POST|DELETE|PATCH) /connectors.*"))
                .toList();
    }

    /** How often the worker has started a connector or a task of it. */
    private static int starts(String name) throws IOException {
        return (int) worker.log()
                .lines()
                .filter(line -> line.matches(".*Creating (connector|task) " + name + "\\b.*"))
                .count();
    }
}
