package io.millrace.connect.file;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;

/**
 * One record of an object, as its format has it.
 *
 * @param start where it begins, in bytes of the decompressed content
 * @param after where the object is to be read on once this record is in Kafka
 * @param terminated false for a last line without an end, which may still be written
 */
record Entry(long start, Position after, Content content, boolean terminated) {

    /** What is in a record. */
    sealed interface Content {
        /** Its bytes in the file, or the first of them; null when it has none of its own. */
        byte[] bytes();

        /** About how many bytes it takes. */
        default long size() {
            return bytes().length;
        }
    }

    /** The bytes of a line, without its end. */
    record Text(byte[] bytes) implements Content {}

    /** The cells of a row, null for an empty one without quotes, and the row as it is in the file. */
    record Row(List<String> columns, List<String> cells, byte[] bytes) implements Content {}

    /** A record that brings its schema. */
    record Fields(IndexedRecord fields) implements Content {
        private static final int SCALAR = 8;

        @Override
        public byte[] bytes() {
            return null;
        }

        @Override
        public long size() {
            return size(fields);
        }

        private static long size(Object value) {
            if (value instanceof IndexedRecord record) {
                long size = SCALAR;
                for (int i = 0; i < record.getSchema().getFields().size(); i++) {
                    size += size(record.get(i));
                }
                return size;
            }
            if (value instanceof Collection<?> many) {
                return SCALAR + many.stream().mapToLong(Fields::size).sum();
            }
            if (value instanceof Map<?, ?> map) {
                return SCALAR
                        + map.entrySet().stream()
                                .mapToLong(entry -> size(entry.getKey()) + size(entry.getValue()))
                                .sum();
            }
            if (value instanceof CharSequence text) {
                return SCALAR + text.length();
            }
            if (value instanceof ByteBuffer bytes) {
                return SCALAR + bytes.remaining();
            }
            return value instanceof GenericFixed fixed ? fixed.bytes().length : SCALAR;
        }
    }

    /** What cannot be read, or its beginning, and why. */
    record Malformed(String reason, byte[] bytes) implements Content {}
}
