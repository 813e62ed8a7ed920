package io.millrace.connect.commons.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Avro's logical types of time. Each takes ISO-8601 text; those of a time of day or a moment also take the number that
 * Avro stores. Where Connect has no type of the kind, the value is that number.
 */
enum TemporalType implements FieldType {
    DATE("an ISO-8601 date such as 2015-05-17") {
        @Override
        public SchemaBuilder connect() {
            return org.apache.kafka.connect.data.Date.builder();
        }

        @Override
        Object number(long days) {
            return null; // a year or 20150517 would pass for a number of days
        }

        @Override
        Object text(JsonParser json) throws IOException {
            try {
                LocalDate date = LocalDate.parse(json.getText());
                return date.getYear() < 1 || date.getYear() > 9999 ? null : fromAvro((int) date.toEpochDay());
            } catch (DateTimeException e) {
                return null;
            }
        }

        @Override
        public Object fromAvro(Object days) {
            return new Date(TimeUnit.DAYS.toMillis(((Number) days).longValue()));
        }

        @Override
        public String keyText(Object value) {
            return LocalDate.ofEpochDay(TimeUnit.MILLISECONDS.toDays(((Date) value).getTime()))
                    .toString();
        }
    },
    TIME_MILLIS("an ISO-8601 time of day such as 10:05:00.123, or milliseconds since midnight") {
        @Override
        public SchemaBuilder connect() {
            return Time.builder();
        }

        @Override
        Object number(long millis) {
            return millis >= 0 && millis < TimeUnit.DAYS.toMillis(1) ? new Date(millis) : null;
        }

        @Override
        Object text(JsonParser json) throws IOException {
            LocalTime time = timeOfDay(json.getText());
            return time == null ? null : new Date(time.toNanoOfDay() / 1_000_000);
        }

        @Override
        public Object fromAvro(Object millis) {
            return new Date(((Number) millis).longValue());
        }

        @Override
        public String keyText(Object value) {
            return LocalTime.ofNanoOfDay(((Date) value).getTime() * 1_000_000).format(DateTimeFormatter.ISO_LOCAL_TIME);
        }
    },
    TIME_MICROS("an ISO-8601 time of day such as 10:05:00.123456, or microseconds since midnight") {
        @Override
        Object number(long micros) {
            return micros >= 0 && micros < TimeUnit.DAYS.toMicros(1) ? micros : null;
        }

        @Override
        Object text(JsonParser json) throws IOException {
            LocalTime time = timeOfDay(json.getText());
            return time == null ? null : time.toNanoOfDay() / 1_000;
        }

        @Override
        public String keyText(Object value) {
            return LocalTime.ofNanoOfDay((Long) value * 1_000).format(DateTimeFormatter.ISO_LOCAL_TIME);
        }
    },
    TIMESTAMP_MILLIS("an ISO-8601 time with a zone, such as 2015-05-17T10:05:00Z, or milliseconds since 1970") {
        @Override
        public SchemaBuilder connect() {
            return Timestamp.builder();
        }

        @Override
        Object number(long millis) {
            return EventTime.inRange(millis) ? new Date(millis) : null;
        }

        @Override
        Object text(JsonParser json) throws IOException {
            return number(EventTime.parse(json.getTextCharacters(), json.getTextOffset(), json.getTextLength()));
        }

        @Override
        public Object fromAvro(Object millis) {
            return new Date(((Number) millis).longValue());
        }

        @Override
        public String keyText(Object value) {
            return Instant.ofEpochMilli(((Date) value).getTime()).toString();
        }
    },
    TIMESTAMP_MICROS("an ISO-8601 time with a zone, such as 2015-05-17T10:05:00.123456Z, or microseconds since 1970") {
        @Override
        Object number(long micros) {
            return EventTime.inRange(Math.floorDiv(micros, 1_000)) ? micros : null;
        }

        @Override
        Object text(JsonParser json) throws IOException {
            return number(EventTime.parseMicros(json.getText()));
        }

        @Override
        public String keyText(Object value) {
            return EventTime.ofMicros((Long) value).toString();
        }
    },
    LOCAL_TIMESTAMP_MILLIS("an ISO-8601 time without a zone, such as 2015-05-17T10:05:00, or milliseconds since 1970") {
        @Override
        Object number(long millis) {
            return EventTime.inRange(millis) ? millis : null;
        }

        @Override
        Object text(JsonParser json) throws IOException {
            long micros = EventTime.parseLocalMicros(json.getText());
            return number(micros == EventTime.NONE ? EventTime.NONE : Math.floorDiv(micros, 1_000));
        }

        @Override
        public String keyText(Object value) {
            return local(Instant.ofEpochMilli((Long) value));
        }
    },
    LOCAL_TIMESTAMP_MICROS(
            "an ISO-8601 time without a zone, such as 2015-05-17T10:05:00.123456, or microseconds since 1970") {
        @Override
        Object number(long micros) {
            return EventTime.inRange(Math.floorDiv(micros, 1_000)) ? micros : null;
        }

        @Override
        Object text(JsonParser json) throws IOException {
            return number(EventTime.parseLocalMicros(json.getText()));
        }

        @Override
        public String keyText(Object value) {
            return local(EventTime.ofMicros((Long) value));
        }
    };

    private final String expected;

    TemporalType(String expected) {
        this.expected = expected;
    }

    /** The Connect value of the number that Avro stores; null when it is out of range. */
    abstract Object number(long stored);

    /** The Connect value of the text that the parser is at; null when it is no such time. */
    abstract Object text(JsonParser json) throws IOException;

    @Override
    public String expected() {
        return expected;
    }

    @Override
    public String typeName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public SchemaBuilder connect() {
        return SchemaBuilder.int64();
    }

    @Override
    public Object read(JsonParser json, JsonToken token, ReadContext context) throws IOException, InvalidValue {
        Object value = null;
        if (token == JsonToken.VALUE_STRING) {
            value = text(json);
        } else if (PlainType.isLong(json, token)) {
            value = number(json.getLongValue());
        }
        if (value == null) {
            throw InvalidValue.unexpected(this, json, token);
        }
        return value;
    }

    @Override
    public Object fromAvro(Object stored) {
        return ((Number) stored).longValue();
    }

    @Override
    public int footprint() {
        return 32;
    }

    private static LocalTime timeOfDay(String text) {
        try {
            return LocalTime.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static String local(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC).format(DateTimeFormatter.ISO_LOCAL_DATE_TIME);
    }
}
