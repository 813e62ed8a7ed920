package io.millrace.connect.commons;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Date;
import java.util.UUID;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;

/**
 * The one rendering of scalar Connect values as text, the same in every store.
 *
 * <table>
 * <caption>Types</caption>
 * <tr><td>string</td><td>as it is</td></tr>
 * <tr><td>int8 .. int64, float32, float64</td><td>Java's shortest decimal form</td></tr>
 * <tr><td>boolean</td><td>{@code true} or {@code false}</td></tr>
 * <tr><td>bytes</td><td>Base64</td></tr>
 * <tr><td>Decimal</td><td>plain decimal with its scale, no exponent</td></tr>
 * <tr><td>Timestamp</td><td>ISO-8601 in UTC, {@code 2015-05-17T10:05:00Z}, milliseconds when not zero</td></tr>
 * <tr><td>Date</td><td>{@code 2015-05-17}</td></tr>
 * <tr><td>Time</td><td>{@code 10:05:00}, milliseconds when not zero</td></tr>
 * </table>
 */
public final class ValueText {

    private ValueText() {}

    /**
     * Renders a scalar.
     *
     * @param schema the value's schema; null when it has none
     * @param value the value, not null
     * @throws RecordFailure when the value is not a scalar
     */
    public static String of(Schema schema, Object value) {
        if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
        }
        if (value instanceof Date date) {
            return time(schema == null ? null : schema.name(), date);
        }
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        if (value instanceof ByteBuffer buffer) {
            return Base64.getEncoder().encodeToString(bytes(buffer));
        }
        if (value instanceof Character || value instanceof UUID) {
            return value.toString();
        }
        throw new RecordFailure(
                "a value of type " + value.getClass().getSimpleName() + " has no text form; use a Connect type");
    }

    /** Renders an instant as a Timestamp is rendered. */
    public static String of(Instant instant) {
        return instant.toString();
    }

    /** Whether {@link #of(Schema, Object)} takes it. */
    public static boolean isScalar(Object value) {
        return value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof Date
                || value instanceof byte[]
                || value instanceof ByteBuffer
                || value instanceof Character
                || value instanceof UUID;
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static String time(String logicalType, Date date) {
        Instant instant = Instant.ofEpochMilli(date.getTime());
        if (org.apache.kafka.connect.data.Date.LOGICAL_NAME.equals(logicalType)) {
            return instant.atZone(ZoneOffset.UTC).toLocalDate().toString();
        }
        if (Time.LOGICAL_NAME.equals(logicalType)) {
            return DateTimeFormatter.ISO_LOCAL_TIME.format(LocalTime.ofNanoOfDay(date.getTime() * 1_000_000));
        }
        return of(instant);
    }
}
