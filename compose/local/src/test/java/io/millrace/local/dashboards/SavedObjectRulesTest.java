package io.millrace.local.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules find each thing that Kibana would refuse or draw wrongly, in objects that are right otherwise. */
class SavedObjectRulesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static List<ObjectNode> shipped() {
        return new ArrayList<>(SavedObjects.of(ShippedFiles.read()));
    }

    @Test
    void theShippedObjectsKeepAllRules() {
        assertThat(SavedObjectRules.problems(shipped())).isEmpty();
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("an older Kibana refuses it", "dashboard", each -> each.put("typeMigrationVersion", "10.1.0")),
                mistake("unknown key version", "index-pattern", each -> each.put("version", "WzE=")),
                mistake("unknown key attributes.hits", "dashboard", each -> attributes(each)
                        .put("hits", 0)),
                mistake("which is not there", "dashboard", each -> ((ObjectNode) each.at("/references/0"))
                        .put("id", "x")),
                mistake("which nothing uses", "dashboard", each -> ((ArrayNode) each.path("references"))
                        .addObject()
                        .put("name", "spare")
                        .put("type", "index-pattern")
                        .put("id", SavedObjects.dataView("serving.orders"))),
                mistake(
                        "lies over another one",
                        "dashboard",
                        each -> panels(each, all -> ((ObjectNode) all.at("/1/gridData"))
                                .put("x", 0)
                                .put("y", 0))),
                mistake(
                        "lies outside the grid",
                        "dashboard",
                        each -> panels(each, all -> ((ObjectNode) all.at("/1/gridData")).put("w", 49))),
                mistake(
                        "index of another panel",
                        "dashboard",
                        each -> panels(each, all -> ((ObjectNode) all.get(1)).put("panelIndex", "p1"))),
                mistake(
                        "and their order",
                        "dashboard",
                        each -> panels(each, all -> layer(all).remove("columnOrder"))),
                mistake(
                        "draws the column",
                        "dashboard",
                        each -> panels(
                                each, all -> ((ObjectNode) all.at("/0/embeddableConfig/attributes/state/visualization"))
                                        .put("metricAccessor", "gone"))),
                mistake(
                        "is not known here",
                        "dashboard",
                        each -> panels(each, all -> ((ObjectNode) layer(all).at("/columns/value0"))
                                .put("operationType", "sums"))),
                mistake("no JSON", "visualization", each -> attributes(each).put("visState", "{")),
                mistake("beside a query of its own", "visualization", SavedObjectRulesTest::withQuery),
                mistake("has no time field", "index-pattern", each -> attributes(each)
                        .remove("timeFieldName")));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void eachMistakeIsFoundAndItsObjectNamed(String reason, String type, Consumer<ObjectNode> mistake) {
        List<ObjectNode> objects = shipped();
        ObjectNode object = objects.stream()
                .filter(each -> each.path("type").asText().equals(type))
                .findFirst()
                .orElseThrow();
        mistake.accept(object);
        assertThat(SavedObjectRules.problems(objects)).anySatisfy(problem -> assertThat(problem)
                .startsWith(type + " " + object.path("id").asText())
                .contains(reason));
    }

    @Test
    void twoObjectsWithOneIdAreTold() {
        List<ObjectNode> objects = shipped();
        objects.add(objects.get(0).deepCopy());
        assertThat(SavedObjectRules.problems(objects)).anyMatch(problem -> problem.endsWith("is there twice"));
    }

    private static Arguments mistake(String reason, String type, Consumer<ObjectNode> mistake) {
        return Arguments.of(reason, type, mistake);
    }

    private static ObjectNode attributes(ObjectNode object) {
        return (ObjectNode) object.get("attributes");
    }

    /** Changes the panels that are kept as text. */
    private static void panels(ObjectNode dashboard, Consumer<ArrayNode> change) {
        try {
            ArrayNode panels = (ArrayNode)
                    JSON.readTree(dashboard.at("/attributes/panelsJSON").asText());
            change.accept(panels);
            attributes(dashboard).put("panelsJSON", panels.toString());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode layer(JsonNode panels) {
        return (ObjectNode) panels.at("/0/embeddableConfig/attributes/state/datasourceStates/formBased/layers/layer");
    }

    private static void withQuery(ObjectNode vega) {
        try {
            ObjectNode state =
                    (ObjectNode) JSON.readTree(vega.at("/attributes/visState").asText());
            ObjectNode spec =
                    (ObjectNode) JSON.readTree(state.at("/params/spec").asText());
            ((ObjectNode) spec.at("/data/url")).put("%context%", true);
            ((ObjectNode) spec.at("/data/url/body")).putObject("query").putObject("match_all");
            ((ObjectNode) state.get("params")).put("spec", spec.toString());
            attributes(vega).put("visState", state.toString());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
