package io.millrace.local.dashboards;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What Kibana's schemas demand of saved objects, as far as it can be told without a Kibana: the envelope, the attributes that
 * a type has, versions that every Kibana from 8.9 on migrates, references, Lens columns, the grid.
 */
final class SavedObjectRules {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> ENVELOPE =
            Set.of("id", "type", "attributes", "references", "managed", "coreMigrationVersion", "typeMigrationVersion");
    private static final Map<String, String> NEWEST_VERSION =
            Map.of("index-pattern", "8.0.0", "visualization", "8.5.0", "lens", "8.9.0", "dashboard", "8.9.0");
    private static final Map<String, Set<String>> ATTRIBUTES = Map.of(
            "index-pattern",
            Set.of(
                    "title",
                    "name",
                    "timeFieldName",
                    "allowHidden",
                    "fieldAttrs",
                    "fieldFormatMap",
                    "fields",
                    "runtimeFieldMap",
                    "sourceFilters"),
            "visualization",
            Set.of("title", "description", "version", "kibanaSavedObjectMeta", "uiStateJSON", "visState"),
            // Kibana forbids any other attribute of a dashboard.
            "dashboard",
            Set.of(
                    "title",
                    "description",
                    "kibanaSavedObjectMeta",
                    "timeRestore",
                    "timeFrom",
                    "timeTo",
                    "refreshInterval",
                    "controlGroupInput",
                    "panelsJSON",
                    "optionsJSON",
                    "version"));
    private static final Set<String> OPERATIONS =
            Set.of("date_histogram", "terms", "count", "sum", "average", "max", "min", "unique_count", "percentile");

    private final List<String> problems = new ArrayList<>();
    private final Map<String, JsonNode> objects = new HashMap<>();
    private final Set<String> used = new HashSet<>();
    private String where = "";

    private SavedObjectRules() {}

    /** A sentence for each thing that is not as it has to be. */
    static List<String> problems(List<? extends JsonNode> objects) {
        SavedObjectRules rules = new SavedObjectRules();
        for (JsonNode object : objects) {
            String key = object.path("type").asText() + ":" + object.path("id").asText();
            if (rules.objects.put(key, object) != null) {
                rules.problems.add(key + " is there twice");
            }
        }
        objects.forEach(rules::object);
        return rules.problems;
    }

    private void object(JsonNode object) {
        String type = object.path("type").asText();
        where = type + " " + object.path("id").asText();
        only(object, ENVELOPE, "");
        demand(object.path("references").isArray(), "has no references");
        if (!NEWEST_VERSION.containsKey(type)) {
            demand(false, "is of a type that is not known here");
            return;
        }
        notNewer(object.path("typeMigrationVersion").asText(), NEWEST_VERSION.get(type), "typeMigrationVersion");
        notNewer(object.path("coreMigrationVersion").asText(), "8.8.0", "coreMigrationVersion");
        JsonNode attributes = object.path("attributes");
        only(attributes, ATTRIBUTES.get(type), "attributes.");
        demand(attributes.path("title").asText().length() > 0, "has no title");
        used.clear();
        switch (type) {
            case "index-pattern" -> view(attributes);
            case "visualization" -> vega(attributes);
            default -> dashboard(attributes, object.path("references"));
        }
        for (JsonNode reference : object.path("references")) {
            String target =
                    reference.path("type").asText() + ":" + reference.path("id").asText();
            demand(objects.containsKey(target), "refers to " + target + ", which is not there");
            demand(
                    used.contains(reference.path("name").asText()),
                    "has the reference " + reference.path("name").asText() + ", which nothing uses");
        }
    }

    private void view(JsonNode attributes) {
        demand(attributes.path("timeFieldName").asText().length() > 0, "has no time field");
        for (String text : List.of("fieldAttrs", "fieldFormatMap", "runtimeFieldMap", "fields", "sourceFilters")) {
            inside(attributes, text);
        }
    }

    private void vega(JsonNode attributes) {
        search(attributes);
        JsonNode state = inside(attributes, "visState");
        demand(state.path("type").asText().equals("vega"), "is no Vega visualization");
        JsonNode spec = inside(state.path("params"), "spec");
        String schema = spec.path("$schema").asText();
        demand(
                schema.matches("https://vega\\.github\\.io/schema/vega-lite/v5(\\.\\d+)*\\.json"),
                "has the $schema " + schema);
        JsonNode url = spec.at("/data/url");
        demand(url.path("index").isTextual() && url.path("body").isObject(), "asks no index");
        demand(
                !(url.path("body").has("query") && (url.path("%context%").asBoolean() || url.has("%timefield%"))),
                "has %context% or %timefield% beside a query of its own");
        demand(!spec.path("data").has("values"), "has values beside a url");
    }

    private void dashboard(JsonNode attributes, JsonNode references) {
        search(attributes);
        inside(attributes, "optionsJSON");
        Set<String> names = new TreeSet<>();
        references.forEach(reference -> names.add(reference.path("name").asText()));
        boolean[][] taken = new boolean[4000][Panel.Size.COLUMNS];
        Set<String> indexes = new HashSet<>();
        String dashboard = where;
        for (JsonNode panel : inside(attributes, "panelsJSON")) {
            where = dashboard + ", panel \"" + panel.path("title").asText() + "\"";
            String index = panel.path("panelIndex").asText();
            demand(indexes.add(index), "has the index of another panel, " + index);
            demand(panel.at("/gridData/i").asText().equals(index), "has another index in its place");
            place(panel.path("gridData"), taken);
            if (panel.path("type").asText().equals("lens")) {
                lens(panel.at("/embeddableConfig/attributes"), index, references);
            } else {
                String name = index + ":" + panel.path("panelRefName").asText();
                demand(names.contains(name), "is the reference " + name + ", which is not there");
                used.add(name);
            }
        }
        where = dashboard;
        if (attributes.has("controlGroupInput")) {
            inside(attributes.path("controlGroupInput"), "ignoreParentSettingsJSON");
            inside(attributes.path("controlGroupInput"), "panelsJSON")
                    .fieldNames()
                    .forEachRemaining(control -> {
                        String name = "controlGroup_" + control + ":optionsListDataView";
                        demand(names.contains(name), "has the control " + control + " without a data view");
                        used.add(name);
                    });
        }
    }

    private void place(JsonNode grid, boolean[][] taken) {
        int x = grid.path("x").asInt(-1);
        int y = grid.path("y").asInt(-1);
        int right = x + grid.path("w").asInt();
        int bottom = y + grid.path("h").asInt();
        if (x < 0 || y < 0 || right <= x || bottom <= y || right > Panel.Size.COLUMNS || bottom > taken.length) {
            demand(false, "lies outside the grid: " + grid);
            return;
        }
        for (int row = y; row < bottom; row++) {
            for (int column = x; column < right; column++) {
                if (taken[row][column]) {
                    demand(false, "lies over another one");
                    return;
                }
                taken[row][column] = true;
            }
        }
    }

    private void lens(JsonNode attributes, String index, JsonNode references) {
        JsonNode inner = attributes.path("references").path(0);
        String hoisted = index + ":" + inner.path("name").asText();
        boolean found = false;
        for (JsonNode reference : references) {
            found |= reference.path("name").asText().equals(hoisted)
                    && reference.path("id").equals(inner.path("id"));
        }
        demand(found, "has the data view " + inner.path("id") + ", which its dashboard does not name as " + hoisted);
        used.add(hoisted);
        JsonNode layer = attributes.at("/state/datasourceStates/formBased/layers/" + LensState.LAYER);
        Set<String> columns = new TreeSet<>();
        layer.path("columns").fieldNames().forEachRemaining(columns::add);
        Set<String> order = new TreeSet<>();
        layer.path("columnOrder").forEach(column -> order.add(column.asText()));
        demand(!columns.isEmpty() && columns.equals(order), "has columns " + columns + " and their order " + order);
        for (JsonNode column : layer.path("columns")) {
            String operation = column.path("operationType").asText();
            demand(OPERATIONS.contains(operation), "has the operation " + operation + ", which is not known here");
            JsonNode by = column.at("/params/orderBy/columnId");
            demand(by.isMissingNode() || columns.contains(by.asText()), "is ordered by a column that is not there");
        }
        for (String accessor : accessors(attributes.at("/state/visualization"))) {
            demand(columns.contains(accessor), "draws the column " + accessor + ", which is not there");
        }
    }

    private static Set<String> accessors(JsonNode visualization) {
        Set<String> accessors = new TreeSet<>();
        for (JsonNode node : List.of(visualization, visualization.path("layers").path(0))) {
            for (String one : List.of("metricAccessor", "secondaryMetricAccessor", "xAccessor", "splitAccessor")) {
                if (node.has(one)) {
                    accessors.add(node.path(one).asText());
                }
            }
            for (String several : List.of("accessors", "primaryGroups", "metrics")) {
                node.path(several).forEach(each -> accessors.add(each.asText()));
            }
            node.path("columns")
                    .forEach(each -> accessors.add(each.path("columnId").asText()));
        }
        return accessors;
    }

    private void search(JsonNode attributes) {
        inside(attributes.path("kibanaSavedObjectMeta"), "searchSourceJSON");
    }

    /** The JSON that is kept as text. */
    private JsonNode inside(JsonNode node, String name) {
        JsonNode text = node.path(name);
        if (!text.isTextual()) {
            demand(false, "has " + name + " not as text");
            return JSON.createObjectNode();
        }
        try {
            return JSON.readTree(text.asText());
        } catch (JsonProcessingException e) {
            demand(false, "has in " + name + " no JSON: " + e.getOriginalMessage());
            return JSON.createObjectNode();
        }
    }

    private void notNewer(String version, String newest, String name) {
        demand(
                version.matches("\\d+\\.\\d+\\.\\d+") && number(version) <= number(newest),
                "has the " + name + " " + version + ", newer than " + newest + ": an older Kibana refuses it");
    }

    private static long number(String version) {
        String[] parts = version.split("\\.");
        return Long.parseLong(parts[0]) * 1_000_000 + Long.parseLong(parts[1]) * 1_000 + Long.parseLong(parts[2]);
    }

    private void only(JsonNode node, Set<String> known, String prefix) {
        node.fieldNames()
                .forEachRemaining(name -> demand(known.contains(name), "has the unknown key " + prefix + name));
    }

    private void demand(boolean holds, String otherwise) {
        if (!holds) {
            problems.add(where + " " + otherwise);
        }
    }
}
