package io.millrace.local.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VegaSpecsTest {
    static Stream<String> panels() {
        return VegaSpecs.bundled().byName().keySet().stream();
    }

    @Test
    void everySpecInTheFolderIsAPanel() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("../kibana/vega"))) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".json")))
                    .containsExactlyInAnyOrderElementsOf(
                            panels().map(name -> name + ".json").toList());
        }
    }

    @ParameterizedTest
    @MethodSource("panels")
    void aSpecIsInTheFormThatKibanaTakes(String panel) {
        JsonNode spec = VegaSpecs.bundled().byName().get(panel);

        assertThat(spec.path("$schema").asText()).isEqualTo("https://vega.github.io/schema/vega-lite/v5.json");
        assertThat(spec.path("description").asText()).isNotBlank();
        assertThat(spec.path("data").has("values")).isFalse();
        assertThat(spec.at("/data/url/body/size").isInt()).isTrue();
        assertThat(spec.at("/data/url/body").has("query")
                        && spec.at("/data/url").has("%timefield%"))
                .as("%timefield% beside body.query, which Kibana refuses")
                .isFalse();
        assertThat(spec.findValues("script")).isEmpty();
        assertThat(spec.findValues("runtime_mappings")).isEmpty();
        assertThat(spec.at("/usermeta/millrace/title").asText()).isNotBlank();
        assertThat(spec.at("/usermeta/millrace/table")).isNotEmpty();
    }
}
