package io.millrace.local.dashboards;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** What Lens stores of a panel: the columns it asks for and how it draws them. */
final class LensState {
    static final String LAYER = "layer";
    static final String LAYER_REFERENCE = "indexpattern-datasource-layer-" + LAYER;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Panel.Lens panel;
    private final IndexFields fields;
    private final List<String> groups = new ArrayList<>();
    private final List<String> measures = new ArrayList<>();

    private LensState(Panel.Lens panel, IndexFields fields) {
        this.panel = panel;
        this.fields = fields;
        for (int i = 0; i < panel.groupings().size(); i++) {
            groups.add("group" + i);
        }
        for (int i = 0; i < panel.values().size(); i++) {
            measures.add("value" + i);
        }
    }

    /** The attributes of a panel by value. */
    static ObjectNode attributes(Panel.Lens panel, IndexFields fields) {
        return new LensState(panel, fields).attributes();
    }

    private ObjectNode attributes() {
        ObjectNode attributes = JSON.objectNode();
        attributes.put("title", panel.title()).put("description", "").put("type", "lens");
        attributes.put("visualizationType", type());
        attributes
                .putArray("references")
                .addObject()
                .put("type", "index-pattern")
                .put("id", SavedObjects.dataView(panel.from()))
                .put("name", LAYER_REFERENCE);
        ObjectNode state = attributes.putObject("state");
        state.set("visualization", visualization());
        state.putObject("query").put("query", panel.where()).put("language", "kuery");
        state.putArray("filters");
        ObjectNode sources = state.putObject("datasourceStates");
        ObjectNode layer = sources.putObject("formBased").putObject("layers").putObject(LAYER);
        ArrayNode order = layer.putArray("columnOrder");
        groups.forEach(order::add);
        measures.forEach(order::add);
        layer.putObject("incompleteColumns");
        layer.put("sampling", 1);
        layer.set("columns", columns());
        sources.putObject("textBased").putObject("layers");
        state.putArray("internalReferences");
        state.putObject("adHocDataViews");
        return attributes;
    }

    private String type() {
        return switch (panel.chart()) {
            case METRIC -> "lnsMetric";
            case LINE, AREA, BAR, ROWS -> "lnsXY";
            case DONUT -> "lnsPie";
            case TABLE -> "lnsDatatable";
        };
    }

    private ObjectNode columns() {
        ObjectNode columns = JSON.objectNode();
        for (int i = 0; i < groups.size(); i++) {
            Panel.Grouping grouping = panel.groupings().get(i);
            columns.set(groups.get(i), grouping.isTime() ? time() : terms(grouping));
        }
        for (int i = 0; i < measures.size(); i++) {
            columns.set(measures.get(i), measure(panel.values().get(i)));
        }
        return columns;
    }

    private ObjectNode time() {
        ObjectNode column = column(panel.time(), "date", "date_histogram", panel.time(), true, "interval");
        column.putObject("params")
                .put("interval", panel.every().orElse("auto"))
                .put("includeEmptyRows", true)
                .put("dropPartials", false);
        return column;
    }

    private ObjectNode terms(Panel.Grouping grouping) {
        String type =
                switch (fields.type(grouping.field()).orElse(FieldType.KEYWORD)) {
                    case NUMBER -> "number";
                    case BOOLEAN -> "boolean";
                    case DATE -> "date";
                    default -> "string";
                };
        ObjectNode column = column(words(grouping.field()), type, "terms", grouping.field(), true, "ordinal");
        ObjectNode params = column.putObject("params").put("size", grouping.top());
        params.putObject("orderBy").put("type", "column").put("columnId", measures.get(0));
        params.put("orderDirection", "desc").put("otherBucket", false).put("missingBucket", false);
        params.putObject("parentFormat").put("id", "terms");
        params.putArray("include");
        params.putArray("exclude");
        params.put("includeIsRegex", false).put("excludeIsRegex", false);
        return column;
    }

    private static ObjectNode measure(Measure measure) {
        boolean counts = measure.operation() == Measure.Operation.COUNT;
        ObjectNode column = column(
                measure.label(),
                "number",
                measure.operation().lens(),
                counts ? "___records___" : measure.field(),
                false,
                "ratio");
        ObjectNode params = column.putObject("params");
        switch (measure.operation()) {
            case PERCENTILE -> params.put("percentile", measure.percent());
            case COUNT, SUM, UNIQUE -> params.put("emptyAsNull", true);
            default -> {}
        }
        return column;
    }

    private static ObjectNode column(
            String label, String type, String operation, String field, boolean bucketed, String scale) {
        return JSON.objectNode()
                .put("label", label)
                .put("customLabel", true)
                .put("dataType", type)
                .put("operationType", operation)
                .put("sourceField", field)
                .put("isBucketed", bucketed)
                .put("scale", scale);
    }

    private ObjectNode visualization() {
        return switch (panel.chart()) {
            case METRIC -> metric();
            case TABLE -> table();
            case DONUT -> donut();
            default -> xy();
        };
    }

    private ObjectNode metric() {
        ObjectNode metric = JSON.objectNode().put("layerId", LAYER).put("layerType", "data");
        metric.put("metricAccessor", measures.get(0));
        if (measures.size() > 1) {
            metric.put("secondaryMetricAccessor", measures.get(1));
        }
        return metric;
    }

    private ObjectNode table() {
        ObjectNode table = JSON.objectNode().put("layerId", LAYER).put("layerType", "data");
        ArrayNode columns = table.putArray("columns");
        groups.forEach(id -> columns.addObject().put("columnId", id).put("isTransposed", false));
        measures.forEach(id -> columns.addObject()
                .put("columnId", id)
                .put("isTransposed", false)
                .put("isMetric", true));
        return table;
    }

    private ObjectNode donut() {
        ObjectNode pie = JSON.objectNode().put("shape", "donut");
        ObjectNode layer =
                pie.putArray("layers").addObject().put("layerId", LAYER).put("layerType", "data");
        groups.forEach(layer.putArray("primaryGroups")::add);
        measures.forEach(layer.putArray("metrics")::add);
        layer.put("numberDisplay", "percent")
                .put("categoryDisplay", "default")
                .put("legendDisplay", "default")
                .put("nestedLegend", false);
        return pie;
    }

    private ObjectNode xy() {
        String series =
                switch (panel.chart()) {
                    case LINE -> "line";
                    case AREA -> "area_stacked";
                    case ROWS -> "bar_horizontal";
                    default -> "bar_stacked";
                };
        ObjectNode xy = JSON.objectNode();
        xy.putObject("legend")
                .put("isVisible", panel.chart() != Panel.Chart.ROWS)
                .put("position", "right");
        xy.put("valueLabels", panel.chart() == Panel.Chart.ROWS ? "show" : "hide")
                .put("preferredSeriesType", series);
        ObjectNode layer = xy.putArray("layers")
                .addObject()
                .put("layerId", LAYER)
                .put("layerType", "data")
                .put("seriesType", series);
        layer.put("xAccessor", groups.get(groups.size() - 1));
        if (groups.size() > 1) {
            layer.put("splitAccessor", groups.get(0));
        }
        measures.forEach(layer.putArray("accessors")::add);
        return xy;
    }

    static String words(String field) {
        String words = field.replace('_', ' ').replace('.', ' ').strip();
        return words.isEmpty() ? field : Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
}
