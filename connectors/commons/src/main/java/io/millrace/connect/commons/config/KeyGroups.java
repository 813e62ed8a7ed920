package io.millrace.connect.commons.config;

import io.millrace.connect.commons.SinkSettings;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** Builds a definition of keys group by group, in the order in which they are to be shown. Belongs to one thread. */
public final class KeyGroups {
    private final ConfigDef keys = new ConfigDef();
    private String group;
    private int order;

    /** The keys that follow belong to this group. */
    public void group(String name) {
        group = name;
        order = 0;
    }

    /** @param validator null when every value of the type will do */
    public void key(
            String name,
            Type type,
            Object defaultValue,
            ConfigDef.Validator validator,
            Importance importance,
            String documentation) {
        keys.define(name, type, defaultValue, validator, importance, documentation, group, ++order, Width.MEDIUM, name);
    }

    /** A text that may be left out. */
    public void text(String name, Importance importance, String documentation) {
        key(name, Type.STRING, "", null, importance, documentation);
    }

    /** A secret that may be left out. */
    public void secret(String name, String documentation) {
        key(name, Type.PASSWORD, "", null, Importance.MEDIUM, documentation);
    }

    /** A regular expression. */
    public void pattern(String name, String defaultValue, Importance importance, String documentation) {
        key(
                name,
                Type.STRING,
                defaultValue,
                LambdaValidator.with(KeyGroups::checkPattern, () -> "regular expression"),
                importance,
                documentation);
    }

    /**
     * How long to wait between attempts, and whether a configuration is tried before it is accepted.
     *
     * @param away when attempts are repeated, such as "the broker is away"
     * @param usable what is tried, such as "the broker can be used"
     */
    public void delivery(String away, String usable) {
        group("Delivery");
        key(
                SinkSettings.RETRY_BACKOFF_MIN_MS,
                Type.LONG,
                100L,
                Range.atLeast(1),
                Importance.LOW,
                "Upper bound of the first wait while " + away
                        + "; doubled with each attempt, and a random share of it is taken.");
        key(
                SinkSettings.RETRY_BACKOFF_MAX_MS,
                Type.LONG,
                10_000L,
                Range.atLeast(1),
                Importance.LOW,
                "Upper bound of every wait.");
        key(
                SinkSettings.CONNECTION_CHECK,
                Type.BOOLEAN,
                true,
                null,
                Importance.LOW,
                "Whether a configuration is only accepted when " + usable + " with it.");
    }

    /** What was built so far. */
    public ConfigDef definition() {
        return keys;
    }

    private static void checkPattern(String name, Object value) {
        try {
            Pattern.compile(String.valueOf(value));
        } catch (PatternSyntaxException malformed) {
            throw new ConfigException(name, value, malformed.getDescription());
        }
    }
}
