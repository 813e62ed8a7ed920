package io.millrace.connect.configs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.DeclaredState;
import io.millrace.connect.configs.command.OperationTool.Outcome;
import io.millrace.connect.configs.environment.ConnectAccess;
import io.millrace.connect.configs.environment.Environment;
import io.millrace.connect.configs.environment.KafkaAccess;
import io.millrace.connect.configs.environment.RegistryAccess;
import io.millrace.connect.configs.servers.ConnectWorker;
import io.millrace.connect.configs.servers.KafkaServer;
import io.millrace.connect.configs.servers.Records;
import io.millrace.connect.configs.servers.RegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as a person runs them, against a real broker and a real worker. */
class OperationsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static KafkaServer kafka;
    private static ConnectWorker worker;
    private static RegistryServer registry;
    private static ConnectClient connect;
    private static Records records;
    private static OperationTool tool;

    @BeforeAll
    static void start() throws Exception {
        kafka = new KafkaServer(folder);
        worker = ConnectWorker.start(folder, kafka);
        registry = new RegistryServer(folder);
        connect = worker.client();
        records = new Records(kafka);
        tool = new OperationTool(Environment.of(
                "test",
                "tests",
                ConnectAccess.plain(worker.url()),
                KafkaAccess.plain(kafka.bootstrap()),
                RegistryAccess.plain(registry.url())));
    }

    @AfterAll
    static void stop() throws Exception {
        if (registry != null) {
            registry.close();
        }
        if (worker != null) {
            worker.close();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    @Test
    void aConnectorGoesThroughItsStates() throws Exception {
        running("states");
        assertThat(tool.run("connectors", "pause", "states").out()).isEqualTo("states: PAUSED, 1 task\n");
        assertThat(state("states")).isEqualTo("PAUSED");
        assertThat(tool.run("connectors", "restart", "states"))
                .returns(2, Outcome::exitCode)
                .matches(outcome -> outcome.err().contains("connectors resume states"));
        assertThat(tool.run("connectors", "resume", "states").out()).isEqualTo("states: RUNNING, 1 task\n");
        assertThat(tool.run("connectors", "restart", "states").out()).isEqualTo("states: RUNNING, 1 task\n");
        assertThat(tool.run("connectors", "restart", "--only-failed", "states").out())
                .isEqualTo("states: nothing of it has failed\n");
        assertThat(tool.run("connectors", "stop", "states").out()).isEqualTo("states: STOPPED, no tasks\n");
        assertThat(state("states")).isEqualTo("STOPPED");
        assertThat(connect.status("states").orElseThrow().tasks()).isEmpty();
        Outcome list = tool.run("connectors", "list");
        assertThat(list.out()).containsPattern("states +sink +STOPPED +0/0 +org\\.apache");
        JsonNode json = JSON.readTree(tool.run("connectors", "list", "--json").out());
        assertThat(json.findValuesAsText("name")).contains("states");
    }

    @Test
    void aConnectorThatDoesNotComeUpIsToldWithItsReasonAndWithoutItsSecret() throws Exception {
        kafka.createTopic("broken", 1, Map.of());
        Map<String, String> config = new TreeMap<>(sink("broken"));
        config.put("file", "/nowhere/planted-5ecret/file");
        config.put("store.password", "planted-5ecret");
        connect.create("broken", config, DeclaredState.STOPPED);
        connect.awaitState("broken", "STOPPED", LIMIT);
        assertThat(tool.run("connectors", "resume", "broken"))
                .returns(1, Outcome::exitCode)
                .matches(outcome -> outcome.err().contains("/nowhere/(hidden)/file"))
                .matches(outcome -> !(outcome.out() + outcome.err()).contains("planted-5ecret"));
        connect.delete("broken");
    }

    @Test
    void aNameThatNobodyHasIsAnsweredWithTheNearestOne() throws Exception {
        running("nearby");
        assertThat(tool.run("connectors", "pause", "neerby"))
                .returns(2, Outcome::exitCode)
                .matches(outcome -> outcome.err().contains("did you mean nearby?"));
    }

    @Test
    void offsetsOfASinkAreChangedOnlyWhileItIsStopped() throws Exception {
        running("moving");
        records.write("moving", 2, 40);
        TopicPartition first = new TopicPartition("moving", 0);
        TopicPartition second = new TopicPartition("moving", 1);
        await().atMost(LIMIT).until(() -> records.offsets("connect-moving").equals(Map.of(first, 20L, second, 20L)));

        String[] set = {"connectors", "offsets", "set", "moving", "--partition", "moving:0", "--offset", "5"};
        assertThat(tool.run(set))
                .returns(1, Outcome::exitCode)
                .matches(outcome -> outcome.err().contains("is RUNNING")
                        && outcome.err().contains("./millrace connectors stop moving"));
        assertThat(records.offsets("connect-moving")).containsEntry(first, 20L);

        tool.run("connectors", "stop", "moving");
        assertThat(tool.run(set).exitCode()).isZero();
        assertThat(records.offsets("connect-moving")).containsEntry(first, 5L).containsEntry(second, 20L);
        assertThat(tool.run("connectors", "offsets", "show", "moving").out())
                .containsPattern("moving +0 +5\n")
                .containsPattern("moving +1 +20\n");

        Path saved = Files.writeString(
                folder.resolve("saved.json"),
                tool.run("connectors", "offsets", "show", "moving", "--json")
                        .out()
                        .replace("\"kafka_offset\" : 5", "\"kafka_offset\" : 7"));
        assertThat(tool.run("connectors", "offsets", "set", "moving", saved.toString())
                        .exitCode())
                .isZero();
        assertThat(records.offsets("connect-moving")).containsEntry(first, 7L).containsEntry(second, 20L);

        assertThat(tool.run("connectors", "offsets", "set", "moving", "--partition", "moving:0", "--offset", "21"))
                .returns(2, Outcome::exitCode)
                .matches(outcome -> outcome.err().contains("holds offsets 0 to 20, not 21"));
        assertThat(tool.run("connectors", "offsets", "set", "moving", "--partition", "movin:0", "--offset", "1"))
                .returns(2, Outcome::exitCode)
                .matches(outcome -> outcome.err().contains("did you mean moving?"));
        assertThat(tool.run("connectors", "offsets", "reset", "moving").exitCode())
                .isZero();
        assertThat(records.offsets("connect-moving")).isEmpty();

        Path written = folder.resolve("moving.out");
        Files.delete(written);
        tool.run("connectors", "resume", "moving");
        await().atMost(LIMIT)
                .until(() ->
                        Files.exists(written) && Files.readAllLines(written).size() == 40);
    }

    @Test
    void aLevelIsSetAtTheWorkerAndAMisspeltOneIsNot() {
        assertThat(tool.run("logger", "set", "org.apache.kafka.connect.runtime", "debug")
                        .exitCode())
                .isZero();
        await().atMost(LIMIT)
                .until(() -> "DEBUG".equals(connect.loggers().levels().get("org.apache.kafka.connect.runtime")));
        assertThat(tool.run("logger", "list").out()).contains("DEBUG  org.apache.kafka.connect.runtime");
        assertThat(tool.run("logger", "set", "root", "WARM"))
                .returns(2, Outcome::exitCode)
                .matches(outcome -> outcome.err().contains("did you mean WARN?"));
        tool.run("logger", "set", "org.apache.kafka.connect.runtime", "WARN");
    }

    @Test
    void anExportSaysWhatRunsAndKeepsNoSecret() throws Exception {
        kafka.createTopic("exported", 3, Map.of("retention.ms", "86400000", "max.message.bytes", "2000000"));
        Map<String, String> config = new TreeMap<>(sink("exported"));
        config.put("store.password", "planted-5ecret");
        config.put("store.url", "redis://user:planted-t00@host:1");
        config.put("reference.password", "${env:SECRET_FROM_ENV}");
        connect.create("exported", config, DeclaredState.STOPPED);
        connect.awaitState("exported", "STOPPED", LIMIT);

        Path out = folder.resolve("export");
        Outcome export = tool.run("export", "--out", out.toString());
        assertThat(export.exitCode()).as(export.err()).isZero();
        assertThat(export.out()).contains("store.password holds a secret", "${env:EXPORTED_STORE_PASSWORD}");
        assertThat(export.out() + everything(out))
                .doesNotContain("planted-5ecret")
                .doesNotContain("planted-t00");
        JsonNode file = JSON.readTree(Files.readString(out.resolve("connectors/exported.json")));
        assertThat(file.path("initial_state").asText()).isEqualTo("STOPPED");
        assertThat(file.path("config").path("store.url").asText())
                .isEqualTo("redis://user:${env:EXPORTED_STORE_URL}@host:1");
        assertThat(file.path("config").path("reference.password").asText()).isEqualTo("${env:SECRET_FROM_ENV}");
        assertThat(Files.readString(out.resolve("contracts/exported/contract.yaml")))
                .contains("partitions: 3", "retention: 1d", "key: none");
        assertThat(export.out()).contains("topic exported has max.message.bytes of its own");
        assertThat(out.resolve("contracts")).isDirectoryNotContaining("glob:**/connect-*");

        assertThat(tool.run("export", "--out", out.toString()))
                .returns(2, Outcome::exitCode)
                .matches(outcome -> outcome.err().contains("--force"));
        assertThat(tool.run("export", "--out", out.toString(), "--force").exitCode())
                .isZero();
        connect.delete("exported");
    }

    @Test
    void aPlanOverAnExportFindsNothingToChangeButTheMarks() throws Exception {
        running("roundtrip");
        kafka.createTopic("compacted", 2, Map.of("cleanup.policy", "compact"));
        Schema schema = SchemaBuilder.record("Compacted")
                .namespace("tests")
                .fields()
                .requiredString("id")
                .optionalLong("at")
                .endRecord();
        registry.client().register("compacted-value", schema);
        registry.client().setCompatibility("compacted-value", "FULL");
        Path out = folder.resolve("round");
        assertThat(tool.run("export", "--out", out.toString()).exitCode()).isZero();
        assertThat(new Schema.Parser()
                        .parse(out.resolve("contracts/compacted/value.avsc").toFile()))
                .isEqualTo(schema);
        assertThat(out.resolve("contracts/compacted/contract.yaml")).content().contains("compatibility: FULL");

        JsonNode plan = plan(out, 0);
        assertThat(plan.path("changes")).isEmpty();
        assertThat(plan.path("unchanged").path("schemas").asInt()).isEqualTo(1);
        JsonNode adopting = plan(out, 3, "--adopt");
        assertThat(adopting.path("changes")).isNotEmpty().allSatisfy(change -> {
            assertThat(change.path("type").asText()).isEqualTo("change_connector");
            assertThat(change.path("adopted").asBoolean()).isTrue();
            assertThat(change.path("keys")).isEmpty();
        });
    }

    private static JsonNode plan(Path export, int exitCode, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "plan",
                export.resolve("connectors").toString(),
                "--contracts",
                export.resolve("contracts").toString(),
                "--env",
                export.resolve("environments/test.yaml").toString(),
                "--json"));
        arguments.addAll(List.of(more));
        Outcome plan = tool.run(arguments.toArray(String[]::new));
        assertThat(plan.exitCode()).as(plan.out() + plan.err()).isEqualTo(exitCode);
        return JSON.readTree(plan.out());
    }

    private static void running(String name) throws Exception {
        kafka.createTopic(name, 2, Map.of());
        connect.putIfDifferent(name, sink(name));
        connect.awaitRunning(name, LIMIT);
    }

    private static String state(String name) {
        return connect.status(name).orElseThrow().state();
    }

    private static Map<String, String> sink(String topic) {
        return Map.of(
                "connector.class",
                "org.apache.kafka.connect.file.FileStreamSinkConnector",
                "topics",
                topic,
                "tasks.max",
                "1",
                "file",
                folder.resolve(topic + ".out").toString());
    }

    private static String everything(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> {
                        try {
                            return Files.readString(file);
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })
                    .collect(Collectors.joining());
        }
    }
}
