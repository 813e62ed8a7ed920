package io.millrace.connect.configs.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** The manifests of the product's own declared files are what the operators' resource definitions ask for. */
class KubernetesCommandTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V7,
            builder -> builder.schemaMappers(
                    mappers -> mappers.mapPrefix("https://millrace.io/kubernetes/", "classpath:kubernetes/")));

    @TempDir
    private Path folder;

    @Test
    void whatIsDeclaredBecomesManifestsThatTheOperatorsDefinitionsTake() throws IOException {
        Path file = folder.resolve("all.yaml");
        ControlTool.Result result =
                run("kubernetes", "--env", "compose", "--jobs", "../spark-jobs/jobs", "--out", file.toString());
        assertThat(result.code()).as(result.err()).isZero();

        List<JsonNode> manifests = read(Files.readString(file));
        for (JsonNode manifest : manifests) {
            assertThat(problems(manifest)).as(manifest.toPrettyString()).isEmpty();
        }
        assertThat(kinds(manifests, "KafkaConnect")).containsExactly("millrace-connect");
        List<String> connectors = new ArrayList<>(names("connectors", ".json"));
        assertThat(connectors.remove("probe-mqtt"))
                .as("declared, and left out of this environment")
                .isTrue();
        assertThat(kinds(manifests, "KafkaConnector")).containsExactlyInAnyOrderElementsOf(connectors);
        assertThat(kinds(manifests, "SparkApplication"))
                .contains("millrace-serving", "millrace-lake")
                .contains("millrace-job-http-errors", "millrace-job-card-velocity", "millrace-job-service-errors");
        JsonNode web = named(manifests, "web-http");
        assertThat(web.at("/spec/class").asText()).isEqualTo("io.millrace.connect.http.HttpSourceConnector");
        assertThat(web.at("/spec/tasksMax").asInt())
                .as("the environment's override")
                .isEqualTo(2);
        assertThat(web.at("/metadata/labels").path("strimzi.io/cluster").asText())
                .isEqualTo("millrace-connect");
    }

    @Test
    void everySecretThatAConnectorNamesComesFromASecretAndNoneIsWritten() throws IOException {
        ControlTool.Result result = run("kubernetes", "--env", "compose");
        List<JsonNode> manifests = read(result.out());
        Set<String> given = new TreeSet<>();
        named(manifests, "millrace-connect")
                .at("/spec/template/connectContainer/env")
                .forEach(entry -> given.add(entry.path("name").asText()));
        assertThat(given).contains("MILLRACE_SHOP_CDC_PASSWORD", "MILLRACE_REDIS_URI", "MILLRACE_HTTP_PORT");
        assertThat(named(manifests, "shop-cdc")
                        .at("/spec/config")
                        .path("database.password")
                        .asText())
                .isEqualTo("${env:MILLRACE_SHOP_CDC_PASSWORD}");
    }

    @Test
    void whatTheOperatorsRefuseIsFoundByTheseSchemas() throws IOException {
        String wrong = run("kubernetes", "--env", "compose").out();
        for (String[] change : new String[][] {
            {"groupId: ", "group.id: "},
            {"replicas: 2", "replicas: two"},
            {"tasksMax: 2", "tasksMax: 0"},
            {"sparkVersion: ", "spark.version: "},
            {"type: Always", "type: Forever"},
            {"scheduled.rebalance.max.delay.ms: 0", "group.id: other"},
        }) {
            assertThat(wrong).contains(change[0]);
            List<String> found = new ArrayList<>();
            for (JsonNode manifest : read(wrong.replace(change[0], change[1]))) {
                problems(manifest).forEach(problem -> found.add(problem.getMessage()));
            }
            assertThat(found).as(change[1]).isNotEmpty();
        }
    }

    private static ControlTool.Result run(String... arguments) {
        return ControlTool.run(Path.of("").toAbsolutePath(), arguments);
    }

    private static List<JsonNode> read(String text) {
        List<JsonNode> all = new ArrayList<>();
        new Yaml().loadAll(text).forEach(each -> all.add(JSON.valueToTree(each)));
        return all;
    }

    private static Set<ValidationMessage> problems(JsonNode manifest) {
        JsonSchema schema = SCHEMAS.getSchema(SchemaLocation.of(
                "https://millrace.io/kubernetes/" + manifest.path("kind").asText() + ".json"));
        return schema.validate(manifest);
    }

    private static List<String> kinds(List<JsonNode> manifests, String kind) {
        return manifests.stream()
                .filter(manifest -> manifest.path("kind").asText().equals(kind))
                .map(manifest -> manifest.at("/metadata/name").asText())
                .toList();
    }

    private static JsonNode named(List<JsonNode> manifests, String name) {
        return manifests.stream()
                .filter(manifest -> manifest.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(String folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ending))
                    .map(name -> name.substring(0, name.length() - ending.length()))
                    .toList();
        }
    }
}
