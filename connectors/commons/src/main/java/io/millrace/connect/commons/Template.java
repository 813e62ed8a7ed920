package io.millrace.connect.commons;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A text with placeholders that a record fills in: {@code ${topic}:${key}}.
 *
 * <table>
 * <caption>Placeholders</caption>
 * <tr><td>{@code ${topic}}, {@code ${partition}}</td><td>where the record is, after transforms</td></tr>
 * <tr><td>{@code ${key}}</td><td>the key, as {@link RecordKey} renders it</td></tr>
 * <tr><td>{@code ${key.field}}, {@code ${value.a.b}}</td><td>a field, see {@link FieldPath}</td></tr>
 * <tr><td>{@code ${value}}</td><td>the whole value; JSON unless it is a scalar</td></tr>
 * <tr><td>{@code ${header.name}}</td><td>the last header of that name</td></tr>
 * <tr><td>{@code ${timestamp:yyyyMMdd}}</td><td>the record's time in UTC</td></tr>
 * </table>
 */
public final class Template {

    private static final String PLACEHOLDERS =
            "${topic}, ${partition}, ${key}, ${key.FIELD}, ${value}, ${value.FIELD}, ${header.NAME} and"
                    + " ${timestamp:PATTERN}";

    private enum Source {
        TOPIC,
        PARTITION,
        TIMESTAMP,
        KEY,
        VALUE,
        HEADER
    }

    private final TextTemplate<SinkRecord> text;
    private final Set<Source> sources;

    private Template(TextTemplate<SinkRecord> text, Set<Source> sources) {
        this.text = text;
        this.sources = sources;
    }

    /**
     * Reads a template.
     *
     * @param name the configuration key that it comes from, for the message
     * @throws ConfigException when it is empty or names a placeholder that does not exist
     */
    public static Template parse(String name, String text) {
        Set<Source> sources = EnumSet.noneOf(Source.class);
        return new Template(
                TextTemplate.parse(name, text, placeholder -> part(name, text, placeholder, sources)), sources);
    }

    /** Checks a template in a {@link ConfigDef}; an empty one passes. */
    public static ConfigDef.Validator validator() {
        return ConfigDef.LambdaValidator.with(
                (name, value) -> {
                    if (value != null && !((String) value).isEmpty()) {
                        parse(name, (String) value);
                    }
                },
                () -> "text with " + PLACEHOLDERS);
    }

    /**
     * The text for a record.
     *
     * @throws RecordFailure when the record lacks what the template asks for
     */
    public String render(SinkRecord record) {
        return text.render(record);
    }

    /** Whether records of one topic can have different texts for another reason than their partition or time. */
    public boolean tellsRecordsApart() {
        return usesKey() || usesValue() || sources.contains(Source.HEADER);
    }

    public boolean usesKey() {
        return sources.contains(Source.KEY);
    }

    public boolean usesValue() {
        return sources.contains(Source.VALUE);
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private static Function<SinkRecord, String> part(
            String name, String text, String placeholder, Set<Source> sources) {
        if (placeholder.equals("topic")) {
            sources.add(Source.TOPIC);
            return SinkRecord::topic;
        }
        if (placeholder.equals("partition")) {
            sources.add(Source.PARTITION);
            return record -> String.valueOf(record.kafkaPartition());
        }
        if (placeholder.equals("key")) {
            sources.add(Source.KEY);
            return RecordKey::of;
        }
        if (placeholder.equals("value")) {
            sources.add(Source.VALUE);
            return record -> record.value() == null
                    ? missing(placeholder)
                    : ConnectJson.textOf(record.valueSchema(), record.value());
        }
        if (placeholder.startsWith("key.")) {
            sources.add(Source.KEY);
            FieldPath path = new FieldPath(placeholder.substring("key.".length()));
            return record -> found(path.in(record.keySchema(), record.key()), placeholder);
        }
        if (placeholder.startsWith("value.")) {
            sources.add(Source.VALUE);
            FieldPath path = new FieldPath(placeholder.substring("value.".length()));
            return record -> found(path.in(record.valueSchema(), record.value()), placeholder);
        }
        if (placeholder.startsWith("header.")) {
            sources.add(Source.HEADER);
            String header = placeholder.substring("header.".length());
            return record -> header(record, header, placeholder);
        }
        if (placeholder.startsWith("timestamp:")) {
            sources.add(Source.TIMESTAMP);
            DateTimeFormatter format = format(name, text, placeholder.substring("timestamp:".length()));
            return record -> record.timestamp() == null
                    ? missing(placeholder)
                    : format.format(Instant.ofEpochMilli(record.timestamp()));
        }
        throw new ConfigException(name, text, "There is no ${" + placeholder + "}; use " + PLACEHOLDERS);
    }

    private static DateTimeFormatter format(String name, String text, String pattern) {
        try {
            return DateTimeFormatter.ofPattern(pattern).withZone(ZoneOffset.UTC);
        } catch (IllegalArgumentException malformed) {
            throw new ConfigException(name, text, "The pattern " + pattern + " is not one of a date or time");
        }
    }

    private static String found(java.util.Optional<FieldPath.Found> found, String placeholder) {
        return found.map(FieldPath.Found::rendered).orElseGet(() -> missing(placeholder));
    }

    private static String header(SinkRecord record, String name, String placeholder) {
        Header header = record.headers().lastWithName(name);
        return header == null || header.value() == null
                ? missing(placeholder)
                : ConnectJson.textOf(header.schema(), header.value());
    }

    private static String missing(String placeholder) {
        throw new RecordFailure("the record has nothing for ${" + placeholder + "}");
    }
}
