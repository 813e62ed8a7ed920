package io.millrace.connect.commons;

import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record's value as flat name and text pairs. The rule: nested structs and maps are joined with dots
 * ({@code address.city}), arrays become JSON text, an empty struct or map has no field, and where two fields end up with
 * one name the later one counts.
 */
public final class FlatFields {

    /** Takes the fields in the order of the value. */
    public interface Sink {
        /**
         * A field.
         *
         * @param schema of the value; null when it has none
         * @param value a scalar or a collection, never null
         */
        void field(String name, Schema schema, Object value);

        /** A field that is there and null. A null struct of a known schema counts as all its fields being null. */
        default void nothing(String name) {}
    }

    private FlatFields() {}

    /**
     * Passes the text of each field that is not null on.
     *
     * @throws RecordFailure when the value is neither a struct nor a map, or holds something without a text form
     */
    public static void forEach(SinkRecord record, BiConsumer<String, String> field) {
        forEach(record, (name, schema, value) -> field.accept(name, ConnectJson.textOf(schema, value)));
    }

    /**
     * Passes each field on.
     *
     * @throws RecordFailure when the value is neither a struct nor a map
     */
    public static void forEach(SinkRecord record, Sink sink) {
        if (record.value() instanceof Struct struct) {
            struct("", struct, sink);
        } else if (record.value() instanceof Map<?, ?> map) {
            map("", record.valueSchema(), map, sink);
        } else {
            throw notAnObject(record);
        }
    }

    /** What to say about a value that has no fields. */
    public static RecordFailure notAnObject(SinkRecord record) {
        return new RecordFailure("the value is a " + record.value().getClass().getSimpleName()
                + ", not a struct or a map; check value.converter");
    }

    private static void struct(String prefix, Struct struct, Sink sink) {
        for (Field field : struct.schema().fields()) {
            Object value = ConnectJson.fieldValue(struct, field);
            String name = prefix.isEmpty() ? field.name() : prefix + field.name();
            if (value == null) {
                nothing(name, field.schema(), sink);
            } else {
                add(name, field.schema(), value, sink);
            }
        }
    }

    private static void map(String prefix, Schema schema, Map<?, ?> map, Sink sink) {
        Schema keySchema = schema == null ? null : schema.keySchema();
        Schema valueSchema = schema == null ? null : schema.valueSchema();
        map.forEach((key, value) -> {
            String name = prefix + ConnectJson.entryName(keySchema, key);
            if (value == null) {
                sink.nothing(name);
            } else {
                add(name, valueSchema, value, sink);
            }
        });
    }

    private static void nothing(String name, Schema schema, Sink sink) {
        if (schema.type() == Schema.Type.STRUCT) {
            schema.fields().forEach(field -> nothing(name + '.' + field.name(), field.schema(), sink));
        } else {
            sink.nothing(name);
        }
    }

    private static void add(String name, Schema schema, Object value, Sink sink) {
        if (value instanceof Struct struct) {
            struct(name + '.', struct, sink);
        } else if (value instanceof Map<?, ?> map) {
            map(name + '.', schema, map, sink);
        } else if (value instanceof Collection<?> || ValueText.isScalar(value)) {
            sink.field(name, schema, value);
        } else {
            throw new RecordFailure("the field " + name + " is a "
                    + value.getClass().getSimpleName() + ", which has no text form; use a Connect type");
        }
    }
}
