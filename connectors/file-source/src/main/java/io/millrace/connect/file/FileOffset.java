package io.millrace.connect.file;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * What Connect keeps of an object: the partition is its identity, the offset is this. Whoever alters offsets may leave out
 * everything but one of {@code record} and {@code position}; no offset, or record 0, is the beginning.
 *
 * @param path where it was; for people
 * @param content what the position is in, so that another content under the same identity is read from its beginning;
 *     empty to take it as it is
 * @param size of the object when it was read, in bytes as stored
 * @param position how far it was read; its bytes are {@link #UNKNOWN} when only the number of the record is known
 * @param done whether there was nothing behind it
 */
record FileOffset(String path, String content, long size, Position position, boolean done) {
    static final long UNKNOWN = -1;

    private static final String OBJECT = "object";
    private static final String PATH = "path";
    private static final String CONTENT = "content";
    private static final String SIZE = "size";
    private static final String BYTES = "position";
    private static final String RECORD = "record";
    private static final String DONE = "done";

    static Map<String, String> partition(String identity) {
        return Map.of(OBJECT, identity);
    }

    Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(PATH, path);
        map.put(CONTENT, content);
        map.put(SIZE, size);
        map.put(BYTES, position.bytes());
        map.put(RECORD, position.records());
        map.put(DONE, done);
        return map;
    }

    /** @throws ConnectException when it is no offset of this connector, saying why */
    static FileOffset of(Map<String, ?> map) {
        for (String key : map.keySet()) {
            if (!Set.of(PATH, CONTENT, SIZE, BYTES, RECORD, DONE).contains(key)) {
                throw new ConnectException("An offset has no " + key + "; it has " + RECORD + ", " + BYTES + ", " + DONE
                        + ", " + CONTENT + ", " + SIZE + " and " + PATH);
            }
        }
        long record = number(map, RECORD, 0);
        long bytes = number(map, BYTES, record == 0 ? 0 : UNKNOWN);
        Object done = map.get(DONE);
        if (done != null && !(done instanceof Boolean)) {
            throw new ConnectException(DONE + " must be true or false, not " + done);
        }
        return new FileOffset(
                text(map, PATH),
                text(map, CONTENT),
                number(map, SIZE, UNKNOWN),
                new Position(bytes, record),
                Boolean.TRUE.equals(done));
    }

    /** @throws ConnectException when Connect cannot be told to go on there, saying why */
    static void check(Map<String, ?> partition, Map<String, ?> offset) {
        if (partition.size() != 1 || !(partition.get(OBJECT) instanceof String identity) || identity.isEmpty()) {
            throw new ConnectException("A partition is {\"" + OBJECT + "\": \"inode:NUMBER\"}, {\"" + OBJECT
                    + "\": \"path:PATH\"} or {\"" + OBJECT + "\": \"s3://BUCKET/KEY\"}, as GET /connectors/NAME/offsets"
                    + " shows it, not " + partition);
        }
        if (offset != null) {
            of(offset);
        }
    }

    private static String text(Map<String, ?> map, String key) {
        Object value = map.get(key);
        if (value != null && !(value instanceof String)) {
            throw new ConnectException(key + " must be a text, not " + value);
        }
        return value == null ? "" : (String) value;
    }

    private static long number(Map<String, ?> map, String key, long otherwise) {
        Object value = map.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!(value instanceof Long || value instanceof Integer) || ((Number) value).longValue() < 0) {
            throw new ConnectException(key + " must be a whole number, 0 or more, not " + value);
        }
        return ((Number) value).longValue();
    }
}
