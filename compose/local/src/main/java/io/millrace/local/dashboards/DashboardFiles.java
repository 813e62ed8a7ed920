package io.millrace.local.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.Catalogue;
import io.millrace.schemas.NearestName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The sources of the dashboards in a folder: {@code dashboards/*.yaml}, {@code vega/*.json} and {@code indices.yaml}.
 *
 * @param dashboards in the order of their files' names
 * @param vega spec by name
 */
record DashboardFiles(List<Dashboard> dashboards, Map<String, ObjectNode> vega, Indices indices) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SIZE = Pattern.compile("(\\d{1,2})x(\\d{1,2})");
    private static final Pattern TOP = Pattern.compile("top (\\d{1,3}) ([\\w.@]+)");

    DashboardFiles {
        dashboards = List.copyOf(dashboards);
        vega = Map.copyOf(vega);
    }

    /**
     * Reads the folder.
     *
     * @throws DashboardException when a file is wrong
     */
    static DashboardFiles read(Path folder, Catalogue catalogue) {
        Map<String, ObjectNode> vega = new TreeMap<>();
        for (Path file : files(folder.resolve("vega"), ".json")) {
            vega.put(name(file), spec(file));
        }
        Indices indices = new Indices(catalogue, folder.resolve("indices.yaml"));
        List<Dashboard> dashboards = new ArrayList<>();
        for (Path file : files(folder.resolve("dashboards"), ".yaml")) {
            dashboards.add(dashboard(file, vega, indices));
        }
        return new DashboardFiles(dashboards, vega, indices);
    }

    /** The index, or the pattern of indices, that a panel asks. */
    String index(Panel panel) {
        return panel instanceof Panel.Vega spec
                ? vega.get(spec.name()).at("/data/url/index").asText()
                : ((Panel.Lens) panel).from();
    }

    /** The spec that draws a panel on the local page: its own, or one that does what Lens does. */
    ObjectNode spec(Panel panel) {
        return panel instanceof Panel.Vega spec ? vega.get(spec.name()) : LensSpec.of((Panel.Lens) panel);
    }

    private static Dashboard dashboard(Path file, Map<String, ObjectNode> vega, Indices indices) {
        YamlMap map = YamlMap.read(file)
                .at(file.getFileName().toString())
                .only("title", "description", "from", "refresh", "controls", "panels");
        List<Panel> panels = new ArrayList<>();
        for (YamlMap panel : map.mapsOf("panels")) {
            Panel read = panel.has("vega") ? vega(panel, vega) : lens(named(panel, file), indices);
            if (panels.stream().anyMatch(each -> each.title().equals(read.title()))) {
                throw panel.wrong("title", read.title() + " is that of another panel too");
            }
            panels.add(read);
        }
        return new Dashboard(
                name(file),
                map.text("title"),
                map.text("description"),
                map.find("from").orElse("now-1h"),
                seconds(map),
                map.list("controls"),
                panels);
    }

    private static YamlMap named(YamlMap panel, Path file) {
        return panel.find("title")
                .map(title -> panel.at(file.getFileName() + ": panel \"" + title + "\""))
                .orElse(panel);
    }

    private static Panel vega(YamlMap panel, Map<String, ObjectNode> vega) {
        panel.only("vega", "size");
        String name = panel.text("vega");
        if (!vega.containsKey(name)) {
            throw panel.wrong("vega", name + " is not in the folder vega; " + NearestName.hint(name, vega.keySet()));
        }
        String title = vega.get(name).at("/usermeta/millrace/title").asText(name);
        return new Panel.Vega(name, title, size(panel, "24x13"));
    }

    private static Panel lens(YamlMap panel, Indices indices) {
        panel.only("title", "chart", "from", "time", "value", "values", "by", "split", "where", "every", "size");
        Panel.Chart chart = chart(panel);
        String from = panel.text("from");
        String time = panel.find("time")
                .orElseGet(() -> indices.require(from, panel.where() + ": from").time());
        List<String> values = panel.has("values") ? panel.list("values") : List.of(panel.text("value"));
        List<Panel.Grouping> groupings = new ArrayList<>();
        panel.find("split").ifPresent(split -> groupings.add(grouping(panel, "split", split, 5)));
        for (String by : panel.list("by")) {
            groupings.add(grouping(panel, "by", by, 10));
        }
        boolean overTime =
                List.of(Panel.Chart.LINE, Panel.Chart.AREA, Panel.Chart.BAR).contains(chart);
        if (overTime && panel.list("by").isEmpty()) {
            groupings.add(Panel.Grouping.TIME);
        }
        if (groupings.size() > 2
                || (chart == Panel.Chart.METRIC) != groupings.isEmpty()
                || ((chart == Panel.Chart.ROWS || chart == Panel.Chart.DONUT) && groupings.size() != 1)
                || (overTime && !groupings.get(groupings.size() - 1).isTime())) {
            throw panel.wrong(
                    "by",
                    "does not fit: metric has none, rows and donut have one, line, area and bar go over"
                            + " time and may have split, table has one or two");
        }
        return new Panel.Lens(
                panel.text("title"),
                chart,
                from,
                time,
                values.stream()
                        .map(value -> Measure.parse(value, panel.where()))
                        .toList(),
                groupings,
                panel.find("where").orElse(""),
                panel.find("every"),
                size(panel, chart == Panel.Chart.METRIC ? "12x7" : "24x13"));
    }

    private static Panel.Chart chart(YamlMap panel) {
        String chart = panel.text("chart");
        return Arrays.stream(Panel.Chart.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(chart))
                .findFirst()
                .orElseThrow(() -> panel.wrong(
                        "chart",
                        chart + " is unknown; "
                                + NearestName.hint(
                                        chart,
                                        Arrays.stream(Panel.Chart.values())
                                                .map(each -> each.name().toLowerCase(Locale.ROOT))
                                                .toList())));
    }

    private static Panel.Grouping grouping(YamlMap panel, String key, String text, int top) {
        if (text.equals("time")) {
            return Panel.Grouping.TIME;
        }
        Matcher some = TOP.matcher(text);
        if (some.matches()) {
            return new Panel.Grouping(some.group(2), Integer.parseInt(some.group(1)));
        }
        if (text.contains(" ")) {
            throw panel.wrong(key, text + " must be FIELD, top N FIELD or time");
        }
        return new Panel.Grouping(text, top);
    }

    private static Panel.Size size(YamlMap panel, String otherwise) {
        String text = panel.find("size").orElse(otherwise);
        Matcher size = SIZE.matcher(text);
        if (!size.matches() || Integer.parseInt(size.group(1)) > Panel.Size.COLUMNS) {
            throw panel.wrong("size", "must be columns x rows, such as 24x12, with at most 48 columns, not " + text);
        }
        return new Panel.Size(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
    }

    private static int seconds(YamlMap map) {
        String text = map.find("refresh").orElse("10s");
        if (!text.matches("\\d{1,4}s")) {
            throw map.wrong("refresh", "must be seconds, such as 10s, not " + text);
        }
        return Integer.parseInt(text.substring(0, text.length() - 1));
    }

    private static List<Path> files(Path folder, String ending) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new DashboardException("cannot list " + folder + ": " + e.getMessage(), e);
        }
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }

    private static ObjectNode spec(Path file) {
        try {
            JsonNode spec = JSON.readTree(file.toFile());
            if (spec instanceof ObjectNode object) {
                return object;
            }
            throw new DashboardException(file + " is not a JSON object");
        } catch (IOException e) {
            throw new DashboardException(file + " is not JSON: " + e.getMessage(), e);
        }
    }
}
