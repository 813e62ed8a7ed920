package io.millrace.connect.redis;

import io.millrace.connect.commons.RecordImage;
import io.millrace.connect.commons.Template;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The keys that say what is written. Most of them can be set for one topic by appending its name: {@code ttl.ms.TOPIC}. */
final class WriteKeys {

    static final String MODE = "write.mode";
    static final String KEY_TEMPLATE = "key.template";
    static final String HASH_UPDATE = "hash.update";
    static final String MEMBER_TEMPLATE = "member.template";
    static final String SCORE_FIELD = "score.field";
    static final String LONGITUDE_FIELD = "geo.longitude.field";
    static final String LATITUDE_FIELD = "geo.latitude.field";
    static final String COUNTER_FIELDS = "counter.fields";
    static final String LIST_PUSH = "list.push";
    static final String MAX_LENGTH = "max.length";
    static final String TOMBSTONES = "tombstones";
    static final String ENVELOPE = "envelope";
    static final String TTL_MS = "ttl.ms";
    static final String TTL_HEADER = "ttl.header";
    static final String TTL_FIELD = "ttl.field";
    static final String TTL_JITTER = "ttl.jitter.percent";

    static final String MERGE = "merge";
    static final String LEFT = "left";
    static final String IGNORE = "ignore";

    /** Those that can be set for one topic. */
    static final List<String> OF_TOPIC = List.of(
            MODE,
            KEY_TEMPLATE,
            HASH_UPDATE,
            MEMBER_TEMPLATE,
            SCORE_FIELD,
            LONGITUDE_FIELD,
            LATITUDE_FIELD,
            COUNTER_FIELDS,
            LIST_PUSH,
            MAX_LENGTH,
            TOMBSTONES,
            ENVELOPE,
            TTL_MS);

    private static final String GROUP = "Writing";

    private WriteKeys() {}

    static ConfigDef addTo(ConfigDef config) {
        String[] envelopes = Arrays.stream(RecordImage.Envelope.values())
                .map(envelope -> envelope.name().toLowerCase(Locale.ROOT))
                .toArray(String[]::new);
        int order = 1;
        text(
                config,
                MODE,
                "hash",
                WriteMode.validator(),
                Importance.HIGH,
                order++,
                "Write mode",
                "What becomes of a record, see the table of modes. This key and every other one of this group down to ttl.ms"
                        + " can be set for one topic by appending its name: write.mode.TOPIC.");
        text(
                config,
                KEY_TEMPLATE,
                "${topic}:${key}",
                Template.validator(),
                Importance.HIGH,
                order++,
                "Key template",
                "The Redis key of a record, or the channel of publish, made of ${topic}, ${partition}, ${key}, ${key.FIELD},"
                        + " ${value.FIELD}, ${header.NAME} and ${timestamp:PATTERN} (UTC). The fields of a structured key are"
                        + " joined with |. Modes in which records share a key use ${topic} when it is not set.");
        text(
                config,
                HASH_UPDATE,
                "replace",
                ValidString.in("replace", MERGE),
                Importance.MEDIUM,
                order++,
                "Hash update",
                "replace: the hash has exactly the fields of the newest value. merge: fields of the value are set, those it has"
                        + " as null are removed, and all others stay.");
        text(
                config,
                MEMBER_TEMPLATE,
                "",
                Template.validator(),
                Importance.MEDIUM,
                order++,
                "Member template",
                "The member of set, sorted_set and geo (default ${key}), the element of list and hyperloglog, the message of"
                        + " publish and the text of string (default: the value).");
        text(
                config,
                SCORE_FIELD,
                "",
                null,
                Importance.MEDIUM,
                order++,
                "Score field",
                "Value field with the score of a sorted_set: a number, or a time, which counts as epoch milliseconds.");
        text(
                config,
                LONGITUDE_FIELD,
                "longitude",
                null,
                Importance.LOW,
                order++,
                "Longitude field",
                "Value field with the longitude of geo in degrees.");
        text(
                config,
                LATITUDE_FIELD,
                "latitude",
                null,
                Importance.LOW,
                order++,
                "Latitude field",
                "Value field with the latitude of geo in degrees.");
        config.define(
                COUNTER_FIELDS,
                Type.LIST,
                List.of(),
                Importance.MEDIUM,
                "Value fields that a counter adds up; empty: all that are numbers. A value that is a number itself is added to"
                        + " the key.",
                GROUP,
                order++,
                Width.MEDIUM,
                "Counter fields");
        text(
                config,
                LIST_PUSH,
                "right",
                ValidString.in("right", LEFT),
                Importance.LOW,
                order++,
                "List side",
                "The end of a list at which the newest element is.");
        config.define(
                MAX_LENGTH,
                Type.LONG,
                0L,
                Range.atLeast(0),
                Importance.MEDIUM,
                "How many of the newest elements a list keeps exactly, and how many entries a stream keeps about; 0: all.",
                GROUP,
                order++,
                Width.SHORT,
                "Largest length");
        text(
                config,
                TOMBSTONES,
                "delete",
                ValidString.in("delete", IGNORE),
                Importance.MEDIUM,
                order++,
                "Tombstones",
                "Whether a record without a value, or a change event of a deletion, removes the key or the member.");
        text(
                config,
                ENVELOPE,
                "auto",
                ValidString.in(envelopes),
                Importance.LOW,
                order++,
                "Envelope",
                "auto: change events of Debezium are recognized and unwrapped. debezium: every value has to be one. none:"
                        + " values are taken as they are.");
        config.define(
                TTL_MS,
                Type.LONG,
                0L,
                Range.atLeast(0),
                Importance.MEDIUM,
                "How long a key lives after its last write, set in the same command or transaction; 0: for ever.",
                GROUP,
                order++,
                Width.SHORT,
                "Time to live (ms)");
        text(
                config,
                TTL_HEADER,
                "",
                null,
                Importance.LOW,
                order++,
                "Time to live header",
                "Record header with the time to live in milliseconds; it wins over ttl.field, and that over ttl.ms.");
        text(
                config,
                TTL_FIELD,
                "",
                null,
                Importance.LOW,
                order++,
                "Time to live field",
                "Value field with the time to live in milliseconds.");
        return config.define(
                TTL_JITTER,
                Type.INT,
                0,
                Range.between(0, 100),
                Importance.LOW,
                "Each time to live is shortened by a random share of up to so many percent, so that keys written together do"
                        + " not expire together.",
                GROUP,
                order,
                Width.SHORT,
                "Jitter (%)");
    }

    /** The key of a setting for one topic; nothing when the name is not one. */
    static Optional<Map.Entry<String, String>> ofTopic(String name) {
        return OF_TOPIC.stream()
                .filter(base -> name.length() > base.length() + 1 && name.startsWith(base + "."))
                .findFirst()
                .map(base -> Map.entry(base, name.substring(base.length() + 1)));
    }

    /**
     * The value of a setting for one topic.
     *
     * @throws org.apache.kafka.common.config.ConfigException when it is not valid
     */
    static Object parse(ConfigDef definition, String base, String name, String value) {
        ConfigKey key = definition.configKeys().get(base);
        Object parsed = ConfigDef.parseType(name, value, key.type);
        if (key.validator != null) {
            key.validator.ensureValid(name, parsed);
        }
        return parsed;
    }

    private static void text(
            ConfigDef config,
            String name,
            String defaultValue,
            ConfigDef.Validator validator,
            Importance importance,
            int order,
            String title,
            String documentation) {
        config.define(
                name,
                Type.STRING,
                defaultValue,
                validator,
                importance,
                documentation,
                GROUP,
                order,
                Width.MEDIUM,
                title);
    }
}
