package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.Template;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** The keys that say what is written where. */
final class WriteKeys {

    static final String WRITE_MODE = "write.mode";
    static final String INDEX_NAME = "index.name";
    static final String DATA_STREAM = "data.stream";
    static final String ID_FROM = "id.from";
    static final String VERSION_FROM = "version.from";
    static final String ROUTING_FROM = "routing.from";
    static final String PIPELINE = "pipeline";
    static final String TOMBSTONES = "tombstones";
    static final String ENVELOPE = "envelope";
    static final String BULK_MAX_RECORDS = "bulk.max.records";
    static final String BULK_MAX_BYTES = "bulk.max.bytes";
    static final String MAX_IN_FLIGHT = "max.in.flight.requests";

    static final String KEY = "key";
    static final String COORDINATES = "coordinates";
    static final String OFFSET = "offset";
    static final String NONE = "none";
    static final String DELETE = "delete";
    static final String IGNORE = "ignore";
    static final String DEAD_LETTER = "dead-letter";
    static final String TIMESTAMP_FIELD = "@timestamp";

    private static final String GROUP = "Writing";

    private WriteKeys() {}

    static ConfigDef addTo(ConfigDef config) {
        choice(
                config,
                WRITE_MODE,
                List.of("index", "create", "update", "upsert"),
                1,
                "Write mode",
                "index: the value replaces the document. create: it is added unless there is one. update: its fields are merged"
                        + " into the document that has to be there. upsert: the same, and one that is missing is added.");
        config.define(
                INDEX_NAME,
                Type.STRING,
                "${topic}",
                Template.validator(),
                Importance.HIGH,
                "Name of the index of a record, in lower case: text with ${topic}, ${value.FIELD}, ${header.NAME},"
                        + " ${timestamp:yyyy.MM.dd} (the record's time in UTC) and the like.",
                GROUP,
                2,
                Width.LONG,
                "Index name");
        config.define(
                DATA_STREAM,
                Type.BOOLEAN,
                false,
                Importance.MEDIUM,
                "Whether index.name names data streams, which the sink makes; needs write.mode=create. The record's time becomes"
                        + " @timestamp when the value has none.",
                GROUP,
                3,
                Width.SHORT,
                "Data stream");
        config.define(
                ID_FROM,
                Type.STRING,
                KEY,
                wordOrTemplate(Set.of(KEY, COORDINATES)),
                Importance.HIGH,
                "Id of the document: key, coordinates (topic+partition+offset, for records without a key), or text with"
                        + " ${value.FIELD} and the like.",
                GROUP,
                4,
                Width.LONG,
                "Id from");
        config.define(
                VERSION_FROM,
                Type.STRING,
                OFFSET,
                wordOrTemplate(Set.of(OFFSET, NONE)),
                Importance.MEDIUM,
                "Version that keeps an old record from replacing a newer one, for write.mode=index: offset, none, or"
                        + " ${value.FIELD} or ${header.NAME} with a whole number, which also holds when the topic is made anew; of"
                        + " two that are equal the later record counts.",
                GROUP,
                5,
                Width.LONG,
                "Version from");
        text(
                config,
                ROUTING_FROM,
                6,
                "Routing from",
                "Routing of the document: text with placeholders; empty for none.");
        config.define(
                PIPELINE,
                Type.STRING,
                "",
                Importance.MEDIUM,
                "Ingest pipeline that documents go through; not for updates. Empty for the index's own.",
                GROUP,
                7,
                Width.MEDIUM,
                "Pipeline");
        choice(
                config,
                TOMBSTONES,
                List.of(DELETE, IGNORE, DEAD_LETTER),
                8,
                "Tombstones",
                "What a record without a value does: delete the document, nothing (ignore), or go to the dead letter queue.");
        choice(
                config,
                ENVELOPE,
                List.of("auto", "debezium", "none"),
                9,
                "Envelope",
                "auto: change events of Debezium are unwrapped. debezium: every value has to be one. none: values are taken as"
                        + " they are.");
        number(config, BULK_MAX_RECORDS, 2_000, 100_000, 11, "A bulk request is sent when it holds this many records.");
        number(
                config,
                BULK_MAX_BYTES,
                5 * 1024 * 1024,
                90 * 1024 * 1024,
                12,
                "A bulk request is sent when it holds this many bytes; the last record may go beyond.");
        number(
                config,
                MAX_IN_FLIGHT,
                3,
                32,
                13,
                "How many bulk requests of a task are on their way at a time. Each is followed by one that gathers, so a task"
                        + " holds up to twice this many times bulk.max.bytes. Order per document is kept.");
        return config;
    }

    private static ConfigDef.Validator wordOrTemplate(Set<String> words) {
        return ConfigDef.LambdaValidator.with(
                (name, value) -> {
                    String text = (String) value;
                    if (!words.contains(text)) {
                        if (!text.contains("${")) {
                            throw new ConfigException(
                                    name,
                                    text,
                                    "Use "
                                            + String.join(
                                                    ", ",
                                                    words.stream().sorted().toList())
                                            + " or text with a placeholder like ${value.FIELD}");
                        }
                        Template.parse(name, text);
                    }
                },
                () -> String.join(", ", words.stream().sorted().toList()) + " or text with placeholders");
    }

    private static void choice(
            ConfigDef config, String name, List<String> choices, int order, String title, String documentation) {
        config.define(
                name,
                Type.STRING,
                choices.get(0),
                ValidString.in(choices.toArray(String[]::new)),
                Importance.MEDIUM,
                documentation,
                GROUP,
                order,
                Width.SHORT,
                title);
    }

    private static void text(ConfigDef config, String name, int order, String title, String documentation) {
        config.define(
                name,
                Type.STRING,
                "",
                Template.validator(),
                Importance.MEDIUM,
                documentation,
                GROUP,
                order,
                Width.MEDIUM,
                title);
    }

    private static void number(
            ConfigDef config, String name, int defaultValue, int max, int order, String documentation) {
        config.define(
                name,
                Type.INT,
                defaultValue,
                Range.between(1, max),
                Importance.LOW,
                documentation,
                GROUP,
                order,
                Width.SHORT,
                name);
    }
}
