package io.millrace.local.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.dashboards.KibanaUrl;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every spec's search, processed as Kibana does it, against a real Elasticsearch. */
@ExtendWith(WithStores.class)
class VegaSpecsIT {
    private static Stores stores;

    @BeforeAll
    static void fill(Stores running) {
        stores = running;
        new Seed(running).fill();
    }

    static Stream<String> panels() {
        return VegaSpecs.bundled().byName().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("panels")
    void aPanelFindsItsRowsInTheServedIndex(String panel) throws IOException {
        JsonNode spec = VegaSpecs.bundled().byName().get(panel);
        Instant max = Seed.NEWEST.plus(Duration.ofMinutes(1));
        KibanaUrl kibana = new KibanaUrl(max.minus(Duration.ofMinutes(30)), max, List.of());
        JsonNode url = spec.at("/data/url");
        JsonNode body = kibana.body(url);

        HttpResponse<String> response =
                stores.elasticsearch("POST", "/" + url.path("index").asText() + "/_search", body.toString());

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode answer = Answers.JSON.readTree(response.body());
        String path = "/" + spec.at("/data/format/property").asText().replace('.', '/');
        assertThat(answer.at("/hits/total/value").asInt()).isPositive();
        assertThat(answer.at(path)).as(path).isNotEmpty();
        assertThat(SearchRules.refusal(body)).isEmpty();
        for (JsonNode field : fields(body)) {
            assertThat(stores.elasticsearch(
                                    "GET",
                                    "/" + url.path("index").asText() + "/_field_caps?fields=" + field.asText(),
                                    "")
                            .body())
                    .as(field.asText())
                    .contains("\"aggregatable\":true");
        }
    }

    private static List<JsonNode> fields(JsonNode body) {
        return body.findValues("field");
    }
}
