package io.millrace.connect.configs.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.DeclaredConnectors;
import io.millrace.connect.configs.DeclaredState;
import io.millrace.connect.configs.Origin;
import io.millrace.schemas.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
    private static final String SECRET = "hunter2-do-not-print";
    private static final String LEAST =
            """
            name: test
            owner: tests
            connect: {url: "http://c:8083/"}
            kafka: {bootstrap: "k:9092"}
            """;

    @TempDir
    private Path folder;

    @Test
    void theExampleIsReadAndFitsTheShippedConnectorsAndContracts() {
        Environment example = Environment.read(Path.of("environments", "example.yaml"), name -> SECRET);
        assertThat(EnvironmentConnectors.resolve(DeclaredConnectors.bundled(), example))
                .isNotEmpty();
        var events =
                example.topics().of(Catalogue.bundled().require("web.events").topic());
        assertThat(events.partitions()).isEqualTo(12);
        assertThat(events.replication()).isEqualTo((short) 3);
        assertThat(events.retention()).contains(Duration.ofDays(30));
        assertThat(example.connect().password().orElseThrow().value()).isEqualTo(SECRET);
        assertThat(example.toString()).contains("${env:CONNECT_PASSWORD}").doesNotContain(SECRET);
    }

    @Test
    void referencesAreResolvedWhenTheyAreUsedAndNotBefore() throws IOException {
        Environment environment = read(LEAST
                + "registry: {url: 'http://r', user: u, password: '${env:PW}'}\n"
                + "variables: {one: '${file:one.txt}', two: '${file:all.properties:key.two}', three: '${env:GONE}'}\n");
        Files.writeString(folder.resolve("one.txt"), "first\n");
        Files.writeString(folder.resolve("all.properties"), "key.two=second\n");
        assertThat(environment.variables().get("one").value()).isEqualTo("first");
        assertThat(environment.variables().get("two").value()).isEqualTo("second");
        assertThat(environment.registry().orElseThrow().password().orElseThrow().value())
                .isEqualTo(SECRET);
        assertThatThrownBy(() -> environment.variables().get("three").value())
                .isInstanceOf(DeclarationException.class)
                .hasMessageContaining(
                        "test.yaml: ${env:GONE} cannot be resolved: the environment variable GONE is not set");
        assertThat(environment.toString()).doesNotContain(SECRET, "second");
    }

    @Test
    void anUnknownKeyIsRefusedWithItsLineAndTheNearestKnownOne() {
        refused(
                LEAST + "registri: {url: 'http://r'}\n",
                "test.yaml:5: registri is not a known key",
                "did you mean registry?");
        refused(LEAST.replace("bootstrap", "bootstraps"), "test.yaml:4: kafka.bootstraps", "did you mean bootstrap?");
    }

    @Test
    void aSecretInPlainTextIsRefusedWithItsLineAndNeverQuoted() {
        refused(LEAST.replace("8083/\"", "8083\", user: u, password: " + SECRET), "test.yaml:3", "write a reference");
        refused(LEAST.replace("c:8083", "u:" + SECRET + "@c:8083"), "test.yaml:3", "write a reference");
        refused(
                LEAST.replace("\"k:9092\"", "k, properties: {sasl.jaas.config: " + SECRET + "}"),
                "test.yaml:4",
                "write a reference");
        refused(LEAST + "variables: {db_password: " + SECRET + "}\n", "test.yaml:5", "write a reference");
        refused(LEAST + "variables: {x: [" + SECRET + "\n", "test.yaml:");
    }

    @Test
    void aNameThatNobodyKnowsIsToldTogetherWithThoseThatExist() throws IOException {
        Files.writeString(folder.resolve("production.yaml"), "");
        assertThatThrownBy(() -> Environment.named("prodution", folder, name -> null))
                .hasMessageContaining("there are production; did you mean production?");
    }

    @Test
    void variablesAndOverridesAreInPlaceAndOtherReferencesAreLeftForTheWorker() throws IOException {
        Environment environment = read(LEAST
                + "variables: {host: h1, uri: 'redis://:${env:PW}@h'}\n"
                + "connectors: {overrides: {one: {tasks.max: '3'}}}\n");
        DeclaredConnector declared = new DeclaredConnector(
                "one",
                Map.of(
                        "connector.class", "C",
                        "url", "http://${var:host}:1/${env:X}",
                        "uri", "${var:uri}",
                        "tasks.max", "1"),
                Optional.of(DeclaredState.PAUSED),
                Origin.NONE);
        DeclaredConnector resolved = EnvironmentConnectors.resolve(
                        DeclaredConnectors.of(List.of(declared)), environment)
                .get(0);
        assertThat(resolved.config())
                .containsEntry("url", "http://h1:1/${env:X}")
                .containsEntry("tasks.max", "3")
                .containsEntry("uri", "redis://:" + SECRET + "@h");
        assertThat(resolved.state()).contains(DeclaredState.PAUSED);
        assertThat(resolved.origin().shown()).isEqualTo(Map.of("uri", "${var:uri}"));
        assertThat(resolved.toString()).doesNotContain(SECRET);
    }

    @Test
    void aConnectorThatAnEnvironmentLeavesOutIsNotThereAndOneThatIsNotDeclaredIsTold() throws IOException {
        DeclaredConnectors declared = DeclaredConnectors.of(List.of(
                new DeclaredConnector("one", Map.of("connector.class", "C"), Optional.empty(), Origin.NONE),
                new DeclaredConnector("other", Map.of("connector.class", "C"), Optional.empty(), Origin.NONE)));
        assertThat(EnvironmentConnectors.resolve(declared, read(LEAST + "connectors: {leave_out: [other]}\n")))
                .extracting(DeclaredConnector::name)
                .containsExactly("one");
        Environment misspelt = read(LEAST + "connectors: {leave_out: [othr]}\n");
        assertThatThrownBy(() -> EnvironmentConnectors.resolve(declared, misspelt))
                .hasMessageContaining("leaves out the connector othr, which is not declared; did you mean other?");
        refused(LEAST + "connectors: {leave_out: other}\n", "connectors.leave_out must be a list");
    }

    @Test
    void anUnknownVariableAnUnknownConnectorAndALiteralSecretAreToldAtOnce() throws IOException {
        Environment environment =
                read(LEAST + "variables: {redis_uri: h}\nconnectors: {overrides: {onne: {tasks.max: '3'}}}\n");
        DeclaredConnector declared = new DeclaredConnector(
                "one",
                Map.of("connector.class", "C", "uri", "${var:redis_url}", "x.password", SECRET),
                Optional.empty(),
                new Origin("one.json", Map.of("uri", "one.json:4", "x.password", "one.json:5"), Map.of()));
        assertThatThrownBy(() -> EnvironmentConnectors.resolve(DeclaredConnectors.of(List.of(declared)), environment))
                .isInstanceOf(DeclarationException.class)
                .hasMessageContaining("one.json:4: uri uses the variable redis_url")
                .hasMessageContaining("did you mean redis_uri?")
                .hasMessageContaining("one.json:5: x.password holds a secret in plain text")
                .hasMessageContaining("overrides the connector onne, which is not declared; did you mean one?")
                .hasMessageNotContaining(SECRET);
    }

    private void refused(String content, String... parts) {
        assertThatThrownBy(() -> read(content))
                .isInstanceOf(DeclarationException.class)
                .hasMessageContainingAll(parts)
                .hasMessageNotContaining(SECRET);
    }

    private Environment read(String content) throws IOException {
        Path file = folder.resolve("test.yaml");
        Files.writeString(file, content);
        return Environment.read(file, name -> name.equals("PW") ? SECRET : null);
    }
}
