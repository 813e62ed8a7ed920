package io.millrace.local.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Whether every field that a panel names is in the contract of its index, and can be used as the panel uses it. */
final class FieldRules {
    private static final FieldType[] GROUPED = {FieldType.KEYWORD, FieldType.NUMBER, FieldType.BOOLEAN, FieldType.DATE};
    private static final FieldType[] ANY = FieldType.values();
    /** Queries whose only key is a field's name. */
    private static final Set<String> BY_FIELD = Set.of("term", "terms", "range", "match", "prefix");

    private final DashboardFiles files;
    private final List<String> problems = new ArrayList<>();

    private FieldRules(DashboardFiles files) {
        this.files = files;
    }

    /** A sentence for each field that does not fit, with the dashboard and the panel. */
    static List<String> problems(DashboardFiles files) {
        FieldRules rules = new FieldRules(files);
        for (Dashboard dashboard : files.dashboards()) {
            for (Panel panel : dashboard.panels()) {
                rules.panel(dashboard, panel);
            }
            for (String control : dashboard.controls()) {
                rules.control(dashboard, control);
            }
        }
        return rules.problems;
    }

    private void panel(Dashboard dashboard, Panel panel) {
        String where = dashboard.name() + ".yaml: panel \"" + panel.title() + "\"";
        IndexFields fields = files.indices().find(files.index(panel)).orElse(null);
        if (fields == null) {
            problems.add(where + ": there is no contract or description of " + files.index(panel));
            return;
        }
        try {
            if (panel instanceof Panel.Lens lens) {
                lens(where, lens, fields);
            } else if (panel instanceof Panel.Vega vega) {
                vega(where + " (vega/" + vega.name() + ".json)", files.vega().get(vega.name()), fields);
            }
        } catch (DashboardException e) {
            problems.add(where + ": " + e.getMessage());
        }
    }

    private void lens(String where, Panel.Lens panel, IndexFields fields) {
        require(where, fields, panel.time(), FieldType.DATE);
        for (Panel.Grouping grouping : panel.groupings()) {
            if (!grouping.isTime()) {
                require(where, fields, grouping.field(), GROUPED);
            }
        }
        for (Measure value : panel.values()) {
            if (!value.field().isEmpty()) {
                require(where, fields, value.field(), value.allowed());
            }
        }
        if (!panel.where().isEmpty()) {
            Kuery.parse(panel.where()).fields().forEach(field -> require(where, fields, field, ANY));
        }
    }

    private void vega(String where, JsonNode spec, IndexFields fields) {
        JsonNode url = spec.at("/data/url");
        Set<String> named = new TreeSet<>();
        if (url.has("%timefield%")) {
            named.add(url.path("%timefield%").asText());
        }
        named(url.path("body"), named);
        named.forEach(field -> require(where, fields, field, ANY));
    }

    /** Collects the fields that a search names. */
    private static void named(JsonNode node, Set<String> fields) {
        node.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            switch (entry.getKey()) {
                case "field" -> fields.add(value.asText());
                case "_source" -> value.forEach(each -> fields.add(each.asText()));
                case "sort" -> value.forEach(each -> each.fieldNames().forEachRemaining(fields::add));
                default -> {
                    if (BY_FIELD.contains(entry.getKey()) && value.size() == 1 && !value.has("field")) {
                        value.fieldNames().forEachRemaining(fields::add);
                    }
                    named(value, fields);
                }
            }
        });
        if (node.isArray()) {
            node.forEach(each -> named(each, fields));
        }
    }

    /** A choice of values hides the panels whose documents do not have the field. */
    private void control(Dashboard dashboard, String field) {
        for (Panel panel : dashboard.panels()) {
            files.indices()
                    .find(files.index(panel))
                    .flatMap(fields -> fields.refusal(field, FieldType.KEYWORD, FieldType.BOOLEAN))
                    .ifPresent(reason -> problems.add(dashboard.name() + ".yaml: control " + field
                            + " would empty the panel \"" + panel.title() + "\": " + reason));
        }
    }

    private void require(String where, IndexFields fields, String field, FieldType... allowed) {
        fields.refusal(field, allowed).ifPresent(reason -> problems.add(where + ": " + reason));
    }
}
