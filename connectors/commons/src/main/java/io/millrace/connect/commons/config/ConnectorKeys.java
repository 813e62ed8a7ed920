package io.millrace.connect.commons.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;

/**
 * The keys of one connector's configuration: its own and those that Connect reads itself. Connect ignores a key that
 * nobody reads, which turns a typing mistake into a setting that silently has no effect; {@link #refuseUnknown} makes it
 * an error of the validation instead.
 */
public final class ConnectorKeys {
    private static final Set<String> CONNECT_KEYS = Set.of(
            "name",
            "connector.class",
            "connector.plugin.version",
            "tasks.max",
            "tasks.max.enforce",
            "task.class",
            "key.converter",
            "value.converter",
            "header.converter",
            "transforms",
            "predicates",
            "config.action.reload",
            "exactly.once.support",
            "transaction.boundary",
            "transaction.boundary.interval.ms",
            "offsets.storage.topic",
            "topics",
            "topics.regex");
    private static final List<String> CONNECT_PREFIXES = List.of(
            "key.converter.",
            "value.converter.",
            "header.converter.",
            "transforms.",
            "predicates.",
            "errors.",
            "topic.creation.",
            "producer.override.",
            "consumer.override.",
            "admin.override.");

    /** Marks that the control tool leaves in a configuration, as {@code millrace.owner}; connectors never read them. */
    private static final String MARK_PREFIX = "millrace.";

    private final Set<String> own;

    /** @param definition the connector's own keys */
    public ConnectorKeys(ConfigDef definition) {
        this.own = new TreeSet<>(definition.names());
    }

    /**
     * Adds an error for every key that neither the connector nor Connect knows, with the nearest known one.
     *
     * @param validated what the validation of the known keys found
     * @param given the configuration as it was submitted
     */
    public Config refuseUnknown(Config validated, Map<String, String> given) {
        List<ConfigValue> values = new ArrayList<>(validated.configValues());
        for (String key : new TreeSet<>(given.keySet())) {
            unknown(key).ifPresent(message -> {
                ConfigValue value = new ConfigValue(key);
                value.addErrorMessage(message);
                values.add(value);
            });
        }
        return new Config(values);
    }

    /** Why the key is refused; empty when it is known. */
    Optional<String> unknown(String key) {
        if (own.contains(key) || CONNECT_KEYS.contains(key) || hasConnectPrefix(key) || key.startsWith(MARK_PREFIX)) {
            return Optional.empty();
        }
        Set<String> all = new TreeSet<>(own);
        all.addAll(CONNECT_KEYS);
        return Optional.of(NearestName.to(key, all)
                .map(near -> "unknown key " + key + "; did you mean " + near + "?")
                .orElse("unknown key " + key + "; this connector knows " + String.join(", ", own)));
    }

    private static boolean hasConnectPrefix(String key) {
        return CONNECT_PREFIXES.stream().anyMatch(key::startsWith);
    }
}
