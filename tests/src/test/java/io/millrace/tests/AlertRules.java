package io.millrace.tests;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** The alerts of compose/prometheus/rules and their tests. */
final class AlertRules {
    static final Path PROMETHEUS = LocalStack.repositoryRoot().resolve("compose/prometheus");
    static final Path RULES = PROMETHEUS.resolve("rules");

    private AlertRules() {}

    /** One alert. */
    record Alert(String name, String expression, String severity, String summary, String runbook) {}

    static List<Alert> all() throws IOException {
        List<Alert> alerts = new ArrayList<>();
        for (Path file : Promtool.files(RULES, ".yaml")) {
            for (Map<String, Object> group : list(read(file).get("groups"))) {
                for (Map<String, Object> rule : list(group.get("rules"))) {
                    Map<String, Object> notes = map(rule.get("annotations"));
                    alerts.add(new Alert(
                            (String) rule.get("alert"),
                            ((String) rule.get("expr")).strip(),
                            String.valueOf(map(rule.get("labels")).get("severity")),
                            String.valueOf(notes.get("summary")),
                            String.valueOf(notes.get("runbook_url"))));
                }
            }
        }
        return alerts;
    }

    /** Names of the alerts that a test makes fire, or leaves quiet. */
    static List<String> tested(boolean firing) throws IOException {
        List<String> names = new ArrayList<>();
        for (Path file : Promtool.files(RULES.resolve("tests"), ".yaml")) {
            for (Map<String, Object> test : list(read(file).get("tests"))) {
                for (Map<String, Object> expected : list(test.get("alert_rule_test"))) {
                    if (list(expected.get("exp_alerts")).isEmpty() != firing) {
                        names.add((String) expected.get("alertname"));
                    }
                }
            }
        }
        return names;
    }

    static Map<String, Object> read(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file)) {
            return new Yaml().load(reader);
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> list(Object value) {
        return value == null ? List.of() : (List<Map<String, Object>>) value;
    }
}
