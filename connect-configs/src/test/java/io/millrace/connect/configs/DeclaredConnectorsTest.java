package io.millrace.connect.configs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeclaredConnectorsTest {
    private final DeclaredConnectors bundled = DeclaredConnectors.bundled();

    @Test
    void theConnectorsOfTheStackAreDeclared() {
        assertThat(bundled.all())
                .extracting(DeclaredConnector::name)
                .contains("serving-elasticsearch", "serving-redis", "shop-cdc", "web-http");
    }

    @Test
    void aSecretIsAlwaysAReference() {
        for (DeclaredConnector connector : bundled.all()) {
            connector.config().forEach((key, value) -> {
                if (key.matches(".*(password|secret|token|api\\.key|credential).*")) {
                    assertThat(value).as(connector.name() + " " + key).matches("\\$\\{(env:[A-Z_]+|(file|dir):[^}]+)}");
                }
            });
        }
    }

    @Test
    void everyTopicThatIsNamedIsInTheCatalogue() {
        Catalogue catalogue = Catalogue.bundled();
        for (DeclaredConnector connector : bundled.all()) {
            Stream.of("topic", "topics", "errors.deadletterqueue.topic.name")
                    .map(key -> connector.config().getOrDefault(key, ""))
                    .flatMap(topics -> Stream.of(topics.split(",")))
                    .filter(topic -> !topic.isEmpty())
                    .forEach(topic -> assertThat(catalogue.find(topic))
                            .as(connector.name() + ": " + topic)
                            .isPresent());
        }
    }

    @Test
    void everyCapturedTableHasATopicInTheCatalogue() {
        DeclaredConnector cdc = bundled.matching(connector -> connector.name().equals("shop-cdc"))
                .all()
                .get(0);
        for (String table : cdc.config().get("table.include.list").split(",")) {
            assertThat(Catalogue.bundled().find(cdc.config().get("topic.prefix") + "." + table))
                    .isPresent();
        }
    }

    @Test
    void aFileThatIsNotAConnectorIsRefusedWithItsNameAndTheReason(@TempDir Path folder) throws IOException {
        refused(folder, "{\"name\": \"other\", \"config\": {}}", "its name must be the file's name");
        refused(folder, "{\"name\": \"one\", \"config\": {\"tasks.max\": 1}}", "tasks.max must be a string");
        refused(folder, "{\"name\": \"one\", \"config\": {}}", "connector.class is missing");
        refused(folder, "{\"name\": \"one\",\n \"config\": oops}", "(line 2)");
        refused(folder, "{\"name\": \"one\", \"config\": {\"a\": \"1\", \"a\": \"2\"}}", "Duplicate field 'a'");
    }

    @Test
    void onlyJsonFilesAreRead(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("README.md"), "no connector");
        Files.writeString(folder.resolve("one.json"), "{\"name\":\"one\",\"config\":{\"connector.class\":\"a.B\"}}");
        assertThat(DeclaredConnectors.read(folder).all()).singleElement().satisfies(one -> {
            assertThat(one.name()).isEqualTo("one");
            assertThat(one.config()).isEqualTo(java.util.Map.of("connector.class", "a.B"));
        });
    }

    @Test
    void everySettingKnowsItsLineAndTheStateIsRead(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("one.json");
        Files.writeString(
                file,
                """
                {"name": "one", "initial_state": "STOPPED",
                 "config": {
                   "connector.class": "a.B",
                   "tasks.max": "2"
                 }}
                """);
        DeclaredConnector one = DeclaredConnectors.read(folder).all().get(0);
        assertThat(one.state()).contains(DeclaredState.STOPPED);
        assertThat(one.origin().at("tasks.max")).isEqualTo(file + ":4");
        assertThat(one.origin().at("not.there")).isEqualTo(file.toString());
    }

    @Test
    void aBrokenFileIsNeverQuotedBecauseItMayHoldASecret(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("one.json"), "{\"name\": \"one\", \"config\": {\"password\": hunter2}}");
        assertThatThrownBy(() -> DeclaredConnectors.read(folder)).satisfies(failure -> {
            assertThat(failure).hasMessageContaining("(line 1)").hasMessageNotContaining("hunter2");
            assertThat(failure.getCause()).isNull();
        });
    }

    private static void refused(Path folder, String content, String reason) throws IOException {
        Files.writeString(folder.resolve("one.json"), content);
        assertThatThrownBy(() -> DeclaredConnectors.read(folder))
                .isInstanceOf(DeclarationException.class)
                .hasMessageContaining("one.json")
                .hasMessageContaining(reason);
    }
}
