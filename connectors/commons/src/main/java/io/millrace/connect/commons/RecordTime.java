package io.millrace.connect.commons;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * Reads a time from a top-level field of a record's value: a timestamp, epoch milliseconds or an ISO-8601 instant.
 *
 * @param field the field's name; empty when there is none
 */
public record RecordTime(String field) {

    /** Epoch milliseconds; nothing when the field is not configured, missing, null or not a time. */
    public OptionalLong of(ConnectRecord<?> record) {
        return field.isEmpty() ? OptionalLong.empty() : millis(read(record.value()));
    }

    private Object read(Object value) {
        if (value instanceof Struct struct) {
            Field found = struct.schema().field(field);
            return found == null ? null : struct.get(found);
        }
        return value instanceof Map<?, ?> map ? map.get(field) : null;
    }

    private static OptionalLong millis(Object time) {
        if (time instanceof Date date) {
            return OptionalLong.of(date.getTime());
        }
        if (time instanceof Long millis) {
            return OptionalLong.of(millis);
        }
        if (time instanceof String text) {
            try {
                return OptionalLong.of(Instant.parse(text).toEpochMilli());
            } catch (DateTimeException | ArithmeticException notATime) {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.empty();
    }
}
