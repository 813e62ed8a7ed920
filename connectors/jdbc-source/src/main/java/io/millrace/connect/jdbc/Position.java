package io.millrace.connect.jdbc;

import java.sql.Timestamp;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * How far a table has been read, in the format of kafka-connect-jdbc's offsets.
 *
 * @param timestamp of the last row; null when there is none
 * @param id of the last row; null when rows are told apart by time alone
 */
record Position(Timestamp timestamp, Long id) {
    static final Position START = new Position(null, null);

    private static final String ID = "incrementing";
    private static final String MILLIS = "timestamp";
    private static final String NANOS = "timestamp_nanos";

    Map<String, Object> offset() {
        Map<String, Object> offset = new LinkedHashMap<>();
        if (id != null) {
            offset.put(ID, id);
        }
        if (timestamp != null) {
            offset.put(MILLIS, timestamp.getTime());
            offset.put(NANOS, (long) timestamp.getNanos());
        }
        return offset;
    }

    /**
     * Reads an offset, as Connect stored it or as somebody submits it.
     *
     * @throws ConnectException naming the key at fault
     */
    static Position of(Map<String, ?> offset) {
        Set<String> known = Set.of(ID, MILLIS, NANOS);
        offset.keySet().stream().filter(key -> !known.contains(key)).findFirst().ifPresent(key -> {
            throw new ConnectException(
                    "an offset of this connector has incrementing, timestamp and timestamp_nanos, not " + key);
        });
        Long millis = number(offset, MILLIS);
        Long nanos = number(offset, NANOS);
        if (nanos != null && (millis == null || nanos < 0 || nanos > 999_999_999)) {
            throw new ConnectException("timestamp_nanos are the nanoseconds 0 to 999999999 in the second of timestamp");
        }
        Timestamp timestamp = null;
        if (millis != null) {
            timestamp = new Timestamp(millis);
            if (nanos != null) {
                timestamp.setNanos(nanos.intValue());
            }
        }
        return new Position(timestamp, number(offset, ID));
    }

    private static Long number(Map<String, ?> offset, String key) {
        Object value = offset.get(key);
        if (value == null) {
            return null;
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        throw new ConnectException(key + " of an offset must be a whole number, not " + value);
    }
}
