package io.millrace.connect.file;

import io.millrace.connect.commons.RecordFailure;
import io.millrace.connect.commons.TextTemplate;
import io.millrace.connect.commons.ValueText;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/** A text that a file, or a record in it, fills in. Immutable. */
final class FileTemplate {
    private static final Pattern PART = Pattern.compile("file\\.path\\[(\\d{1,4})]");
    private static final String FIELD = "field.";
    private static final String OF_FILES = "${file.name}, ${file.path} and ${file.path[N]}";
    private static final String OF_RECORDS = OF_FILES + ", ${record} and ${field.NAME}";

    private final TextTemplate<Facts> text;

    /** What is known of a record. @param value null, or not a struct, when it has no fields */
    record Facts(String path, long record, Object value) {}

    private FileTemplate(TextTemplate<Facts> text) {
        this.text = text;
    }

    /**
     * A template of a record's key.
     *
     * @param key the configuration key that it comes from
     * @throws ConfigException when it is empty or names a placeholder that does not exist
     */
    static FileTemplate key(String key, String text) {
        return new FileTemplate(TextTemplate.parse(key, text, placeholder -> ofRecord(key, text, placeholder)));
    }

    /** A template of a Kafka topic, in whose name slashes cannot be. */
    static FileTemplate topic(String key, String text) {
        return new FileTemplate(TextTemplate.parse(key, text, placeholder -> ofFile(key, text, placeholder, ".")));
    }

    /** Checks a template in a {@link ConfigDef}; an empty one passes. */
    static ConfigDef.Validator validator() {
        return ConfigDef.LambdaValidator.with(
                (name, value) -> {
                    String text = (String) value;
                    if (text == null || text.isEmpty()) {
                        if (name.equals(FileKeys.TOPIC)) {
                            throw new ConfigException(name, value, "It must not be empty");
                        }
                    } else if (name.equals(FileKeys.TOPIC)) {
                        topic(name, text);
                    } else {
                        key(name, text);
                    }
                },
                () -> "text with " + OF_RECORDS);
    }

    /** @throws MalformedRecord when there is nothing for a placeholder */
    String render(Facts facts) throws MalformedRecord {
        try {
            return text.render(facts);
        } catch (RecordFailure missing) {
            throw new MalformedRecord("", missing.getMessage());
        }
    }

    private static Function<Facts, String> ofRecord(String key, String text, String placeholder) {
        if (placeholder.equals("record")) {
            return facts -> Long.toString(facts.record());
        }
        if (placeholder.startsWith(FIELD)) {
            String name = placeholder.substring(FIELD.length());
            return facts -> field(facts.value(), name);
        }
        return ofFile(key, text, placeholder, "/");
    }

    private static Function<Facts, String> ofFile(String key, String text, String placeholder, String separator) {
        if (placeholder.equals("file.path")) {
            return facts -> facts.path().replace("/", separator);
        }
        if (placeholder.equals("file.name")) {
            return facts -> facts.path().substring(facts.path().lastIndexOf('/') + 1);
        }
        Matcher part = PART.matcher(placeholder);
        if (part.matches()) {
            int number = Integer.parseInt(part.group(1));
            return facts -> {
                String[] parts = facts.path().split("/", -1);
                return required(number < parts.length ? parts[number] : null, placeholder);
            };
        }
        throw new ConfigException(
                key,
                text,
                "There is no ${" + placeholder + "}; use " + (separator.equals("/") ? OF_RECORDS : OF_FILES));
    }

    private static String field(Object value, String name) {
        String placeholder = FIELD + name;
        if (!(value instanceof Struct struct)) {
            throw new RecordFailure("a value without fields has nothing for ${" + placeholder + "}");
        }
        Field field = struct.schema().field(name);
        Object found = field == null ? null : struct.getWithoutDefault(name);
        return required(found == null ? null : ValueText.of(field.schema(), found), placeholder);
    }

    private static String required(String value, String placeholder) {
        if (value == null || value.isEmpty()) {
            throw new RecordFailure("there is nothing for ${" + placeholder + "}");
        }
        return value;
    }
}
