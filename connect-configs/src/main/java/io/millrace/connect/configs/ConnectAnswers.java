package io.millrace.connect.configs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the worker's JSON. */
final class ConnectAnswers {
    private ConnectAnswers() {}

    static LiveConnector connector(String name, JsonNode answer) {
        JsonNode info = answer.path("info");
        return new LiveConnector(
                name,
                info.path("type").asText("unknown"),
                settings(info.path("config")),
                status(name, answer.path("status")));
    }

    static LiveConnector withoutState(String name, Map<String, String> config) {
        return new LiveConnector(
                name, "unknown", config, new ConnectorStatus(name, "UNASSIGNED", Optional.empty(), List.of()));
    }

    static ConnectorStatus status(String name, JsonNode answer) {
        List<ConnectorStatus.Task> tasks = new ArrayList<>();
        answer.path("tasks")
                .forEach(task -> tasks.add(new ConnectorStatus.Task(
                        task.path("id").asInt(), task.path("state").asText(), trace(task))));
        JsonNode connector = answer.path("connector");
        return new ConnectorStatus(name, connector.path("state").asText(), trace(connector), tasks);
    }

    static Map<String, String> settings(JsonNode object) {
        Map<String, String> settings = new TreeMap<>();
        object.properties()
                .forEach(field -> settings.put(field.getKey(), field.getValue().asText()));
        return settings;
    }

    static Validation validation(JsonNode answer) {
        Map<String, Validation.Definition> known = new HashMap<>();
        Map<String, List<String>> errors = new TreeMap<>();
        for (JsonNode setting : answer.path("configs")) {
            JsonNode definition = setting.path("definition");
            if (definition.isObject()) {
                known.put(definition.path("name").asText(), definition(definition));
            }
            JsonNode value = setting.path("value");
            List<String> messages = new ArrayList<>();
            value.path("errors").forEach(message -> messages.add(message.asText()));
            if (!messages.isEmpty()) {
                errors.put(value.path("name").asText(), messages);
            }
        }
        return new Validation(known, errors);
    }

    static Validation definitions(JsonNode answer) {
        Map<String, Validation.Definition> known = new HashMap<>();
        answer.forEach(definition -> known.put(definition.path("name").asText(), definition(definition)));
        return new Validation(known, Map.of());
    }

    private static Validation.Definition definition(JsonNode definition) {
        String type = definition.path("type").asText();
        JsonNode byDefault = definition.path("default_value");
        boolean told = !byDefault.isNull() && !byDefault.isMissingNode() && !"PASSWORD".equals(type);
        return new Validation.Definition(type, told ? Optional.of(byDefault.asText()) : Optional.empty());
    }

    private static Optional<String> trace(JsonNode part) {
        return Optional.of(part.path("trace").asText()).filter(text -> !text.isBlank());
    }
}
