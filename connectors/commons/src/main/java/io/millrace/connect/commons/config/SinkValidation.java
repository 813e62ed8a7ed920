package io.millrace.connect.commons.config;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;

/** The findings of one {@code Connector.validate}, by key, before and after a connection was tried. */
public final class SinkValidation {

    private final ConfigDef definition;
    private final Map<String, String> given;
    private final Predicate<String> variable;
    private final Map<String, ConfigValue> values = new LinkedHashMap<>();

    /**
     * Validates the defined keys, each by itself.
     *
     * @param given the configuration as it was submitted
     * @param variable tells the keys that are known by a pattern rather than by name
     */
    public SinkValidation(ConfigDef definition, Map<String, String> given, Predicate<String> variable) {
        this.definition = definition;
        this.given = given;
        this.variable = variable;
        definition.validate(given).forEach(value -> values.put(value.name(), value));
    }

    /** Adds an error to a key. */
    public void error(String key, String message) {
        values.computeIfAbsent(key, ConfigValue::new).addErrorMessage(message);
    }

    /** Whether there is no error so far. */
    public boolean isClean() {
        return values.values().stream().allMatch(value -> value.errorMessages().isEmpty());
    }

    /** What Connect is told, with an error for each key that is not known. */
    public Config result() {
        Map<String, String> byName = given.entrySet().stream()
                .filter(entry -> !variable.test(entry.getKey()) && entry.getValue() != null)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, HashMap::new));
        return new ConnectorKeys(definition).refuseUnknown(new Config(List.copyOf(values.values())), byName);
    }
}
