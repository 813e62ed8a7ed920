package io.millrace.tests;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A dashboard as its source says, and as Grafana reads it.
 *
 * @param name of its file, without the ending
 */
record GrafanaDashboard(String name, String title, List<List<Panel>> rows) {
    static final Path GRAFANA = LocalStack.repositoryRoot().resolve("compose/grafana");

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final int WIDTH = 24;

    /** @param expressions by legend */
    record Panel(String title, String unit, String kind, Map<String, Object> expressions, boolean mayBeEmpty) {}

    static List<GrafanaDashboard> all() throws IOException {
        List<GrafanaDashboard> dashboards = new ArrayList<>();
        for (Path file : Promtool.files(GRAFANA.resolve("sources"), ".yaml")) {
            Map<String, Object> source = AlertRules.read(file);
            List<List<Panel>> rows = new ArrayList<>();
            for (Map<String, Object> row : AlertRules.list(source.get("rows"))) {
                rows.add(AlertRules.list(row.get("panels")).stream()
                        .map(GrafanaDashboard::panel)
                        .toList());
            }
            dashboards.add(new GrafanaDashboard(
                    file.getFileName().toString().replace(".yaml", ""), (String) source.get("title"), rows));
        }
        return dashboards;
    }

    private static Panel panel(Map<String, Object> source) {
        return new Panel(
                (String) source.get("title"),
                (String) source.getOrDefault("unit", "short"),
                (String) source.getOrDefault("kind", "timeseries"),
                AlertRules.map(source.get("expr")),
                Boolean.TRUE.equals(source.get("may_be_empty")));
    }

    Path file() {
        return GRAFANA.resolve("dashboards").resolve(name + ".json");
    }

    /** As Grafana reads it, with a newline at the end. */
    String json() throws IOException {
        ObjectNode dashboard = JSON.createObjectNode();
        dashboard.putNull("id").put("uid", "millrace-" + name).put("title", title);
        dashboard.putArray("tags").add("millrace");
        dashboard.put("schemaVersion", 39).put("editable", false).put("refresh", "10s");
        dashboard.putObject("time").put("from", "now-30m").put("to", "now");
        ArrayNode panels = dashboard.putArray("panels");
        int y = 0;
        for (List<Panel> row : rows) {
            int height = row.stream().allMatch(panel -> panel.kind().equals("stat")) ? 5 : 8;
            for (int i = 0; i < row.size(); i++) {
                ObjectNode panel = draw(panels.addObject().put("id", panels.size()), row.get(i));
                panel.putObject("gridPos")
                        .put("h", height)
                        .put("w", WIDTH / row.size())
                        .put("x", i * (WIDTH / row.size()))
                        .put("y", y);
            }
            y += height;
        }
        return JSON.writeValueAsString(dashboard) + "\n";
    }

    private static ObjectNode draw(ObjectNode node, Panel panel) {
        node.put("type", panel.kind()).put("title", panel.title());
        source(node);
        ObjectNode defaults = node.putObject("fieldConfig").putObject("defaults");
        defaults.put("unit", panel.unit());
        ((ObjectNode) node.get("fieldConfig")).putArray("overrides");
        if (panel.kind().equals("stat")) {
            node.putObject("options")
                    .put("graphMode", "area")
                    .putObject("reduceOptions")
                    .putArray("calcs")
                    .add("lastNotNull");
        } else {
            defaults.put("min", 0);
            node.putObject("options")
                    .putObject("legend")
                    .put("displayMode", "list")
                    .put("placement", "bottom");
        }
        ArrayNode targets = node.putArray("targets");
        char id = 'A';
        for (Map.Entry<String, Object> expression : panel.expressions().entrySet()) {
            ObjectNode target = targets.addObject().put("refId", String.valueOf(id++));
            source(target);
            target.put("expr", (String) expression.getValue()).put("legendFormat", expression.getKey());
        }
        return node;
    }

    private static void source(ObjectNode node) {
        node.putObject("datasource").put("type", "prometheus").put("uid", "millrace-prometheus");
    }
}
