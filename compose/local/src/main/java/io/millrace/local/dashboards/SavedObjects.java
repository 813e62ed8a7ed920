package io.millrace.local.dashboards;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The dashboards as Kibana's saved objects. Their type versions are the oldest that every Kibana from 8.9 on migrates, so the
 * same objects go into 8.19 and into 9.
 */
final class SavedObjects {
    static final String PREFIX = "millrace-";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String NO_QUERY = "{\"query\":{\"query\":\"\",\"language\":\"kuery\"},\"filter\":[]}";

    private final DashboardFiles files;

    private SavedObjects(DashboardFiles files) {
        this.files = files;
    }

    /** Every object: data views, Vega panels, dashboards. */
    static List<ObjectNode> of(DashboardFiles files) {
        SavedObjects objects = new SavedObjects(files);
        List<ObjectNode> all = new ArrayList<>();
        objects.indices().forEach(index -> all.add(objects.view(index)));
        objects.vegas().forEach(name -> all.add(objects.vega(name)));
        files.dashboards().forEach(dashboard -> all.add(objects.dashboard(dashboard)));
        return all;
    }

    /** One object per line, as Kibana imports them. */
    static String ndjson(List<ObjectNode> objects) {
        StringBuilder text = new StringBuilder();
        objects.forEach(each -> text.append(each).append('\n'));
        return text.toString();
    }

    /** Id of the data view of an index. */
    static String dataView(String index) {
        return PREFIX + "view-" + index.replace("*", "all");
    }

    static String vegaId(String name) {
        return PREFIX + "vega-" + name;
    }

    static String dashboardId(String name) {
        return PREFIX + name;
    }

    private Set<String> indices() {
        Set<String> indices = new TreeSet<>();
        for (Dashboard dashboard : files.dashboards()) {
            for (Panel panel : dashboard.panels()) {
                indices.add(index(panel));
            }
        }
        return indices;
    }

    private String index(Panel panel) {
        return files.index(panel);
    }

    private Set<String> vegas() {
        Set<String> names = new TreeSet<>();
        for (Dashboard dashboard : files.dashboards()) {
            for (Panel panel : dashboard.panels()) {
                if (panel instanceof Panel.Vega vega) {
                    names.add(vega.name());
                }
            }
        }
        return names;
    }

    private ObjectNode view(String index) {
        IndexFields fields = files.indices().require(index, "a panel");
        ObjectNode formats = JSON.objectNode();
        fields.units().forEach((field, unit) -> {
            if (unit.equals("ms")) {
                formats.putObject(field)
                        .put("id", "duration")
                        .putObject("params")
                        .put("inputFormat", "milliseconds")
                        .put("outputFormat", "humanizePrecise")
                        .put("outputPrecision", 1)
                        .put("useShortSuffix", true);
            } else if (unit.equals("bytes")) {
                formats.putObject(field).put("id", "bytes");
            }
        });
        ObjectNode object = object(dataView(index), "index-pattern", "8.0.0");
        ObjectNode attributes = (ObjectNode) object.get("attributes");
        attributes.put("title", index).put("name", "Millrace: " + index).put("timeFieldName", fields.time());
        attributes.put("allowHidden", false).put("fieldAttrs", "{}").put("fieldFormatMap", formats.toString());
        attributes.put("fields", "[]").put("runtimeFieldMap", "{}").put("sourceFilters", "[]");
        return object;
    }

    private ObjectNode vega(String name) {
        ObjectNode spec = files.vega().get(name);
        String title = spec.at("/usermeta/millrace/title").asText(name);
        ObjectNode state = JSON.objectNode().put("title", title).put("type", "vega");
        state.putArray("aggs");
        state.putObject("params").put("spec", spec.toPrettyString());
        ObjectNode object = object(vegaId(name), "visualization", "8.5.0");
        ObjectNode attributes = (ObjectNode) object.get("attributes");
        attributes
                .put("title", "Millrace: " + title)
                .put("description", spec.path("description").asText());
        attributes.put("version", 1).put("uiStateJSON", "{}").put("visState", state.toString());
        attributes.putObject("kibanaSavedObjectMeta").put("searchSourceJSON", NO_QUERY);
        return object;
    }

    private ObjectNode dashboard(Dashboard dashboard) {
        ObjectNode object = object(dashboardId(dashboard.name()), "dashboard", "8.9.0");
        ArrayNode references = (ArrayNode) object.get("references");
        ObjectNode attributes = (ObjectNode) object.get("attributes");
        attributes.put("title", "Millrace: " + dashboard.title()).put("description", dashboard.description());
        attributes
                .put("version", 1)
                .put("timeRestore", true)
                .put("timeFrom", dashboard.from())
                .put("timeTo", "now");
        attributes.putObject("refreshInterval").put("pause", false).put("value", dashboard.refreshSeconds() * 1000);
        attributes.putObject("kibanaSavedObjectMeta").put("searchSourceJSON", NO_QUERY);
        attributes.put(
                "optionsJSON",
                JSON.objectNode()
                        .put("useMargins", true)
                        .put("syncColors", false)
                        .put("syncCursor", true)
                        .put("syncTooltips", false)
                        .put("hidePanelTitles", false)
                        .toString());
        attributes.put("panelsJSON", panels(dashboard, references).toString());
        if (!dashboard.controls().isEmpty()) {
            attributes.set("controlGroupInput", controls(dashboard, references));
        }
        return object;
    }

    private ArrayNode panels(Dashboard dashboard, ArrayNode references) {
        ArrayNode panels = JSON.arrayNode();
        List<Placed> placed = Placed.of(dashboard.panels());
        for (int i = 0; i < placed.size(); i++) {
            Placed each = placed.get(i);
            String id = "p" + (i + 1);
            ObjectNode panel = panels.addObject()
                    .put("panelIndex", id)
                    .put("title", each.panel().title());
            panel.putObject("gridData")
                    .put("x", each.x())
                    .put("y", each.y())
                    .put("w", each.panel().size().width())
                    .put("h", each.panel().size().height())
                    .put("i", id);
            ObjectNode config = panel.putObject("embeddableConfig");
            config.putObject("enhancements");
            if (each.panel() instanceof Panel.Lens lens) {
                panel.put("type", "lens");
                IndexFields fields = files.indices().require(lens.from(), lens.title());
                config.set("attributes", LensState.attributes(lens, fields));
                // Kibana finds references of panels by value here.
                reference(references, id + ":" + LensState.LAYER_REFERENCE, "index-pattern", dataView(lens.from()));
            } else if (each.panel() instanceof Panel.Vega vega) {
                panel.put("type", "visualization").put("panelRefName", "panel_" + id);
                reference(references, id + ":panel_" + id, "visualization", vegaId(vega.name()));
            }
        }
        return panels;
    }

    private ObjectNode controls(Dashboard dashboard, ArrayNode references) {
        ObjectNode panels = JSON.objectNode();
        for (String field : dashboard.controls()) {
            String id = "control-" + field;
            ObjectNode control = panels.putObject(id)
                    .put("type", "optionsListControl")
                    .put("order", panels.size() - 1)
                    .put("grow", true)
                    .put("width", "medium");
            control.putObject("explicitInput")
                    .put("id", id)
                    .put("fieldName", field)
                    .put("title", LensState.words(field))
                    .putObject("enhancements");
            reference(
                    references,
                    "controlGroup_" + id + ":optionsListDataView",
                    "index-pattern",
                    dataView(controlled(dashboard, field)));
        }
        return JSON.objectNode()
                .put("controlStyle", "oneLine")
                .put("chainingSystem", "HIERARCHICAL")
                .put("panelsJSON", panels.toString())
                .put(
                        "ignoreParentSettingsJSON",
                        "{\"ignoreFilters\":false,\"ignoreQuery\":false,\"ignoreTimerange\":false,\"ignoreValidations\":false}");
    }

    /** The first index of the dashboard that has the field. */
    private String controlled(Dashboard dashboard, String field) {
        return dashboard.panels().stream()
                .map(this::index)
                .filter(index -> files.indices()
                        .find(index)
                        .filter(each -> each.has(field))
                        .isPresent())
                .findFirst()
                .orElseThrow(() -> new DashboardException(
                        dashboard.name() + ".yaml: controls: no panel's index has the field " + field));
    }

    private static void reference(ArrayNode references, String name, String type, String id) {
        references.addObject().put("name", name).put("type", type).put("id", id);
    }

    private static ObjectNode object(String id, String type, String version) {
        ObjectNode object = JSON.objectNode().put("id", id).put("type", type);
        object.putObject("attributes");
        object.putArray("references");
        return object.put("managed", false).put("coreMigrationVersion", "8.8.0").put("typeMigrationVersion", version);
    }
}
