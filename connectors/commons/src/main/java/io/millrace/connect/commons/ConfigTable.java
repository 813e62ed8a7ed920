package io.millrace.connect.commons;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.types.Password;

/** The reference table of a connector's keys, made from its definition, as its README shows it. */
public final class ConfigTable {

    private ConfigTable() {}

    /** A Markdown table with a line for each key, by group and order. */
    public static String markdown(ConfigDef config) {
        return "| Key | Default | Meaning |\n| --- | --- | --- |\n"
                + config.configKeys().values().stream()
                        .sorted(Comparator.comparingInt(
                                        (ConfigKey key) -> config.groups().indexOf(key.group))
                                .thenComparingInt(key -> key.orderInGroup))
                        .map(ConfigTable::line)
                        .collect(Collectors.joining());
    }

    private static String line(ConfigKey key) {
        String shown = key.hasDefault() ? shown(key.defaultValue) : "required";
        return "| `" + key.name + "` | " + shown + " | " + key.documentation.replace("|", "\\|") + " |\n";
    }

    private static String shown(Object defaultValue) {
        String text = defaultValue instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
                : String.valueOf(defaultValue);
        // A password has no default worth showing.
        return defaultValue == null || defaultValue instanceof Password || text.isEmpty() ? "none" : "`" + text + "`";
    }
}
