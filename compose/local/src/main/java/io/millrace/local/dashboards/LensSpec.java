package io.millrace.local.dashboards;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A Lens panel as a Vega-Lite spec in the form of those in {@code vega}: it asks Elasticsearch what Lens asks and draws the
 * same numbers. For the local page, where there is no Kibana.
 */
final class LensSpec {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> COLORS =
            List.of("#3f6fd8", "#e0873a", "#2f9e77", "#b552a3", "#c9a23c", "#5aa7c4", "#d2574f", "#8a8f98");
    /** Finer steps would show holes between windows of a minute. */
    private static final int STEPS = 18;

    private static final String AXIS_LABEL =
            "utcFormat(datum.value, utchours(datum.value) == 0 && utcminutes(datum.value)"
                    + " == 0 ? '%-d %b' : '%H:%M')";

    private final Panel.Lens panel;

    private LensSpec(Panel.Lens panel) {
        this.panel = panel;
    }

    /** The spec. */
    static ObjectNode of(Panel.Lens panel) {
        return new LensSpec(panel).spec();
    }

    private ObjectNode spec() {
        ObjectNode spec = JSON.objectNode().put("$schema", "https://vega.github.io/schema/vega-lite/v5.json");
        String subtitle = subtitle();
        spec.put("description", subtitle);
        ObjectNode meta = spec.putObject("usermeta").putObject("millrace");
        meta.put("title", panel.title()).put("subtitle", subtitle).put("time_field", panel.time());
        meta.put("view", panel.chart() == Panel.Chart.TABLE ? "table" : "chart");
        panel.every().ifPresent(every -> meta.put("window_ms", millis(every)));
        meta.set("table", table());
        ObjectNode data = spec.putObject("data").put("name", "source");
        data.putObject("url").put("index", panel.from()).set("body", search());
        data.putObject("format").put("property", "aggregations.outer.buckets");
        spec.set("transform", transforms());
        switch (panel.chart()) {
            case METRIC -> metric(spec);
            case LINE, AREA, BAR -> overTime(spec);
            case DONUT -> donut(spec);
            default -> rows(spec);
        }
        return spec;
    }

    private String subtitle() {
        String values =
                String.join(", ", panel.values().stream().map(Measure::label).toList());
        return panel.where().isEmpty() ? values : values + " where " + panel.where();
    }

    private ObjectNode search() {
        ObjectNode search = JSON.objectNode().put("size", 0).put("track_total_hits", true);
        ObjectNode bool = search.putObject("query").putObject("bool");
        ArrayNode must = bool.putArray("must").add("%dashboard_context-must_clause%");
        must.addObject().putObject("range").putObject(panel.time()).put("%timefilter%", true);
        ArrayNode filter = bool.putArray("filter").add("%dashboard_context-filter_clause%");
        if (!panel.where().isEmpty()) {
            filter.add(Kuery.parse(panel.where()).query());
        }
        bool.putArray("must_not").add("%dashboard_context-must_not_clause%");
        ObjectNode outer = search.putObject("aggs").putObject("outer");
        if (panel.groupings().isEmpty()) {
            // One bucket with everything in it, so that every chart has a list of rows.
            outer.putObject("filters").putArray("filters").addObject().putObject("match_all");
            measures(outer);
            return search;
        }
        grouping(panel.groupings().get(0), outer);
        ObjectNode parts = measures(outer);
        if (panel.groupings().size() == 2) {
            ObjectNode inner = (parts == null ? outer.putObject("aggs") : parts).putObject("inner");
            grouping(panel.groupings().get(1), inner);
            measures(inner);
        }
        return search;
    }

    private void grouping(Panel.Grouping grouping, ObjectNode into) {
        if (grouping.isTime()) {
            ObjectNode histogram = into.putObject("date_histogram").put("field", panel.time());
            if (panel.every().filter(every -> millis(every) >= 3_600_000).isPresent()) {
                histogram.put("fixed_interval", panel.every().orElseThrow());
            } else {
                histogram.putObject("interval").put("%autointerval%", STEPS);
            }
            histogram.put("min_doc_count", 1);
            return;
        }
        ObjectNode terms =
                into.putObject("terms").put("field", grouping.field()).put("size", grouping.top());
        terms.putObject("order").put(panel.values().get(0).order("m0"), "desc");
    }

    private ObjectNode measures(ObjectNode into) {
        ObjectNode parts = JSON.objectNode();
        for (int i = 0; i < panel.values().size(); i++) {
            panel.values().get(i).aggregation(parts, "m" + i);
        }
        if (parts.isEmpty()) {
            return null;
        }
        into.set("aggs", parts);
        return parts;
    }

    private ArrayNode transforms() {
        ArrayNode transforms = JSON.arrayNode();
        String bucket = "datum";
        if (panel.groupings().size() == 2) {
            transforms.addObject().putArray("flatten").add("inner.buckets");
            ((ObjectNode) transforms.get(0)).putArray("as").add("cell");
            calculate(transforms, label(panel.groupings().get(0), "datum"), "g0");
            calculate(transforms, label(panel.groupings().get(1), "datum.cell"), "g1");
            bucket = "datum.cell";
        } else if (panel.groupings().size() == 1) {
            calculate(transforms, label(panel.groupings().get(0), "datum"), "g0");
        }
        for (int i = 0; i < panel.values().size(); i++) {
            calculate(transforms, panel.values().get(i).expression(bucket, "m" + i), "v" + i);
        }
        if (overTime()) {
            calculate(transforms, bucket + ".key", "at");
        }
        return transforms;
    }

    private static String label(Panel.Grouping grouping, String bucket) {
        return grouping.isTime()
                ? "utcFormat(" + bucket + ".key, '%-d %b %Y, %H:%M') + ' UTC'"
                : bucket + ".key_as_string || toString(" + bucket + ".key)";
    }

    private static void calculate(ArrayNode transforms, String expression, String as) {
        transforms.addObject().put("calculate", expression).put("as", as);
    }

    private ArrayNode table() {
        ArrayNode table = JSON.arrayNode();
        for (int i = 0; i < panel.groupings().size(); i++) {
            Panel.Grouping grouping = panel.groupings().get(i);
            table.addObject()
                    .put("field", "g" + i)
                    .put("label", grouping.isTime() ? "From" : LensState.words(grouping.field()));
        }
        for (int i = 0; i < panel.values().size(); i++) {
            Measure value = panel.values().get(i);
            table.addObject().put("field", "v" + i).put("label", value.label()).put("format", value.format());
        }
        return table;
    }

    private boolean overTime() {
        return switch (panel.chart()) {
            case LINE, AREA, BAR -> true;
            default -> false;
        };
    }

    private void metric(ObjectNode spec) {
        ArrayNode layers = spec.putArray("layer");
        Measure value = panel.values().get(0);
        ObjectNode number = layers.addObject();
        number.putObject("mark")
                .put("type", "text")
                .put("align", "left")
                .put("fontSize", 34)
                .put("fontWeight", 600)
                .put("baseline", "middle");
        ObjectNode encoding = number.putObject("encoding");
        encoding.putObject("x").put("value", 0);
        encoding.putObject("text")
                .put("field", "v0")
                .put("type", "quantitative")
                .put("format", value.format());
        if (panel.values().size() > 1) {
            ObjectNode second = layers.addObject();
            second.putObject("mark")
                    .put("type", "text")
                    .put("align", "left")
                    .put("dy", 32)
                    .put("opacity", 0.7);
            ObjectNode where = second.putObject("encoding");
            where.putObject("x").put("value", 0);
            Measure other = panel.values().get(1);
            ((ArrayNode) spec.get("transform"))
                    .addObject()
                    .put("calculate", "format(datum.v1, '" + other.format() + "') + ' " + quoted(other.label()) + "'")
                    .put("as", "second");
            where.putObject("text").put("field", "second").put("type", "nominal");
        }
    }

    private static String quoted(String label) {
        return label.replace("\\", "\\\\").replace("'", "\\'");
    }

    private void overTime(ObjectNode spec) {
        boolean several = panel.values().size() > 1;
        ObjectNode drawn = several ? spec.putArray("layer").addObject() : spec;
        if (several) {
            // Folded in its layer only: the table shows the rows as they were.
            drawn.set("transform", folded());
        }
        ObjectNode mark = drawn.putObject("mark");
        switch (panel.chart()) {
            case LINE ->
                mark.put("type", "line")
                        .put("strokeWidth", 2)
                        .putObject("point")
                        .put("size", 18);
            case BAR ->
                mark.put("type", "area").put("interpolate", "step-after").put("fillOpacity", 0.75);
            default -> mark.put("type", "area").put("interpolate", "monotone").put("fillOpacity", 0.55);
        }
        if (panel.chart() != Panel.Chart.LINE) {
            // An area over a single minute has no width, so that the first events of a new job would not be seen.
            mark.putObject("point").put("size", 18);
        }
        ObjectNode encoding = drawn.putObject("encoding");
        time(spec == drawn ? encoding : spec.putObject("encoding"));
        ObjectNode y =
                encoding.putObject("y").put("field", several ? "value" : "v0").put("type", "quantitative");
        y.putObject("axis")
                .put("domain", false)
                .put("ticks", false)
                .put("tickCount", 4)
                .put("format", "~s")
                .putNull("title");
        y.putObject("scale").put("nice", 4).put("domainMin", 0);
        if (several || panel.groupings().size() == 2) {
            color(encoding, several ? "series" : "g0");
        }
        if (several) {
            ObjectNode touched = ((ArrayNode) spec.get("layer")).addObject();
            touched.putObject("mark").put("type", "rule").put("opacity", 0.001).put("strokeWidth", 12);
            encoding = touched.putObject("encoding");
        }
        tooltip(encoding);
    }

    private ArrayNode folded() {
        ArrayNode transforms = JSON.arrayNode();
        ObjectNode fold = transforms.addObject();
        ArrayNode names = fold.putArray("fold");
        StringBuilder label = new StringBuilder();
        for (int i = 0; i < panel.values().size(); i++) {
            names.add("v" + i);
            label.append("datum.which == 'v" + i + "' ? '")
                    .append(quoted(panel.values().get(i).label()))
                    .append("' : ");
        }
        fold.putArray("as").add("which").add("value");
        calculate(transforms, label + "''" + (panel.groupings().size() == 2 ? " + ', ' + datum.g0" : ""), "series");
        return transforms;
    }

    private static void time(ObjectNode encoding) {
        ObjectNode x = encoding.putObject("x").put("field", "at").put("type", "temporal");
        x.putObject("scale").put("type", "utc");
        ObjectNode axis = x.putObject("axis").put("grid", false).put("labelExpr", AXIS_LABEL);
        axis.putNull("title").put("labelOverlap", "greedy");
        axis.putObject("tickCount").put("expr", "max(2, floor(width / 90))");
    }

    private void tooltip(ObjectNode encoding) {
        ArrayNode tooltip = encoding.putArray("tooltip");
        for (int i = 0; i < panel.groupings().size(); i++) {
            Panel.Grouping grouping = panel.groupings().get(i);
            tooltip.addObject()
                    .put("field", "g" + i)
                    .put("type", "nominal")
                    .put("title", grouping.isTime() ? "From" : LensState.words(grouping.field()));
        }
        for (int i = 0; i < panel.values().size(); i++) {
            tooltip.addObject()
                    .put("field", "v" + i)
                    .put("type", "quantitative")
                    .put("title", panel.values().get(i).label())
                    .put("format", panel.values().get(i).format());
        }
    }

    private static void color(ObjectNode encoding, String field) {
        ObjectNode color = encoding.putObject("color").put("field", field).put("type", "nominal");
        COLORS.forEach(color.putObject("scale").putArray("range")::add);
        color.putObject("legend")
                .put("orient", "top")
                .put("symbolType", "circle")
                .putNull("title");
    }

    private void donut(ObjectNode spec) {
        spec.putObject("mark").put("type", "arc").put("innerRadius", 45).put("padAngle", 0.01);
        ObjectNode encoding = spec.putObject("encoding");
        encoding.putObject("theta")
                .put("field", "v0")
                .put("type", "quantitative")
                .put("stack", true);
        color(encoding, "g0");
        ((ObjectNode) encoding.at("/color/legend")).put("orient", "right");
        tooltip(encoding);
    }

    private void rows(ObjectNode spec) {
        String name = panel.groupings().size() == 2 ? "line" : "g0";
        if (panel.groupings().size() == 2) {
            calculate((ArrayNode) spec.get("transform"), "datum.g0 + ' · ' + datum.g1", "line");
        }
        ObjectNode encoding = spec.putObject("encoding");
        ObjectNode y = encoding.putObject("y")
                .put("field", name)
                .put("type", "nominal")
                .putNull("axis");
        y.putObject("sort").put("field", "v0").put("op", "max").put("order", "descending");
        ObjectNode scale = y.putObject("scale").put("paddingInner", 0.22).put("paddingOuter", 0.05);
        scale.putArray("range").add(0).addObject().put("expr", "min(height, 29 * length(data('source')))");
        tooltip(encoding);
        ArrayNode layers = spec.putArray("layer");
        ObjectNode bar = layers.addObject();
        bar.putObject("mark").put("type", "bar").put("opacity", 0.2).put("cornerRadiusEnd", 3);
        ObjectNode x = bar.putObject("encoding")
                .putObject("x")
                .put("field", "v0")
                .put("type", "quantitative")
                .putNull("axis");
        x.putObject("scale").put("domainMin", 0);
        text(layers, "left", name, null);
        text(layers, "right", "v0", panel.values().get(0).format());
    }

    private static void text(ArrayNode layers, String align, String field, String format) {
        ObjectNode layer = layers.addObject();
        ObjectNode mark =
                layer.putObject("mark").put("type", "text").put("align", align).put("baseline", "middle");
        boolean left = align.equals("left");
        mark.put("dx", left ? 8 : 0).put("aria", false);
        if (left) {
            mark.putObject("limit").put("expr", "max(40, width - 84)");
        }
        ObjectNode encoding = layer.putObject("encoding");
        ObjectNode x = encoding.putObject("x");
        if (left) {
            x.put("value", 0);
        } else {
            x.put("value", "width");
        }
        ObjectNode text = encoding.putObject("text").put("field", field);
        text.put("type", format == null ? "nominal" : "quantitative");
        if (format != null) {
            text.put("format", format);
        }
    }

    private static long millis(String every) {
        long unit =
                switch (every.charAt(every.length() - 1)) {
                    case 's' -> 1_000;
                    case 'm' -> 60_000;
                    case 'h' -> 3_600_000;
                    case 'd' -> 86_400_000;
                    default -> throw new DashboardException("every must be a number and s, m, h or d, not " + every);
                };
        return Long.parseLong(every.substring(0, every.length() - 1)) * unit;
    }
}
