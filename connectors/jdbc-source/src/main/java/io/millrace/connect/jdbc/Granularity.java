package io.millrace.connect.jdbc;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/** The form of a timestamp in a record: {@code timestamp.granularity}. */
enum Granularity {
    CONNECT_LOGICAL,
    MICROS_LONG,
    MICROS_STRING,
    MICROS_ISO_DATETIME_STRING,
    NANOS_LONG,
    NANOS_STRING,
    NANOS_ISO_DATETIME_STRING;

    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");
    private static final DateTimeFormatter NANOS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS");

    static String[] names() {
        return Arrays.stream(values())
                .map(one -> one.name().toLowerCase(Locale.ROOT))
                .toArray(String[]::new);
    }

    SchemaBuilder schema() {
        return switch (this) {
            case CONNECT_LOGICAL -> org.apache.kafka.connect.data.Timestamp.builder();
            case MICROS_LONG, NANOS_LONG -> new SchemaBuilder(Schema.Type.INT64);
            default -> new SchemaBuilder(Schema.Type.STRING);
        };
    }

    /** @param zone of the text forms */
    Object value(java.sql.Timestamp timestamp, ZoneId zone) {
        Instant instant = timestamp.toInstant();
        return switch (this) {
            case CONNECT_LOGICAL -> new java.util.Date(timestamp.getTime());
            case MICROS_LONG -> micros(instant);
            case MICROS_STRING -> Long.toString(micros(instant));
            case MICROS_ISO_DATETIME_STRING -> MICROS.format(instant.atZone(zone));
            case NANOS_LONG -> nanos(instant);
            case NANOS_STRING -> Long.toString(nanos(instant));
            case NANOS_ISO_DATETIME_STRING -> NANOS.format(instant.atZone(zone));
        };
    }

    private static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    }

    private static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }
}
