package io.millrace.connect.commons;

import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/** A record's key as text: scalars as {@link ValueText} says, the fields of a struct or map joined with {@code |}. */
public final class RecordKey {

    private RecordKey() {}

    /**
     * The key's text, never empty.
     *
     * @throws RecordFailure when the record has no key, or one without a text form
     */
    public static String of(SinkRecord record) {
        Object key = record.key();
        String text = key instanceof String string ? string : key == null ? "" : text(record.keySchema(), key);
        if (text.isEmpty()) {
            throw new RecordFailure("the record has no key, so there is nothing to store it under; set one upstream or"
                    + " with the ValueToKey transform");
        }
        return text;
    }

    private static String text(Schema schema, Object key) {
        if (key instanceof Struct struct) {
            return struct.schema().fields().stream()
                    .map(field -> part(field.schema(), ConnectJson.fieldValue(struct, field)))
                    .collect(Collectors.joining("|"));
        }
        if (key instanceof Map<?, ?> map) {
            Schema valueSchema = schema == null ? null : schema.valueSchema();
            return map.values().stream().map(value -> part(valueSchema, value)).collect(Collectors.joining("|"));
        }
        return part(schema, key);
    }

    private static String part(Schema schema, Object value) {
        if (value == null) {
            return "";
        }
        return ConnectJson.textOf(schema, value);
    }
}
