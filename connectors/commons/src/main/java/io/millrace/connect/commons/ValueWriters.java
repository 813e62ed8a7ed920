package io.millrace.connect.commons;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Writes Connect values as JSON bytes, as {@link ConnectJson} does and several times faster:
 * what a schema decides is decided once per schema. Decimals keep all their digits, null fields are left out, null
 * elements of arrays are kept. Not for use by several threads.
 */
public final class ValueWriters {

    /** More than a task sees; bounds what a converter without a cache, or maps with data as names, could pile up. */
    private static final int REMEMBERED = 4_096;

    private final Map<Schema, StructWriter> structs = new IdentityHashMap<>();
    private final Map<String, byte[]> names = new HashMap<>();

    private interface ValueWriter {
        void write(JsonBytes json, Object value);
    }

    /** @param byPlace whether the struct may put the field's default in the place of a missing value, or has none */
    private record FieldWriter(Field field, byte[] name, boolean byPlace, ValueWriter writer) {}

    private record StructWriter(List<FieldWriter> fields) {}

    /**
     * Writes a value of any Connect type.
     *
     * @param schema the value's schema; null when it has none
     * @throws RecordFailure when the value has no JSON form; the buffer then holds a part of it
     */
    public void write(JsonBytes json, Schema schema, Object value) {
        if (value == null) {
            json.nothing();
        } else if (value instanceof String text) {
            json.string(text);
        } else if (value instanceof Number number) {
            number(json, number);
        } else if (value instanceof Boolean bool) {
            json.bool(bool);
        } else if (value instanceof Struct struct) {
            json.raw('{');
            fields(json, struct);
            json.raw('}');
        } else if (value instanceof Map<?, ?> map) {
            json.raw('{');
            fields(json, schema, map);
            json.raw('}');
        } else if (value instanceof Collection<?> elements) {
            array(json, schema == null ? null : schema.valueSchema(), elements);
        } else {
            json.string(ValueText.of(schema, value));
        }
    }

    /** Writes the fields of a struct into the object that is open. Returns whether there was any. */
    public boolean fields(JsonBytes json, Struct struct) {
        int begin = json.size();
        for (FieldWriter field : writer(struct.schema()).fields()) {
            Object value = field.byPlace()
                    ? struct.get(field.field())
                    : struct.getWithoutDefault(field.field().name());
            if (value != null) {
                separate(json, begin);
                json.raw(field.name());
                field.writer().write(json, value);
            }
        }
        return json.size() > begin;
    }

    /** Writes the entries of a map into the object that is open. Returns whether there was any. */
    public boolean fields(JsonBytes json, Schema schema, Map<?, ?> map) {
        int begin = json.size();
        Schema keySchema = schema == null ? null : schema.keySchema();
        Schema valueSchema = schema == null ? null : schema.valueSchema();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (entry.getValue() != null) {
                separate(json, begin);
                json.raw(name(keySchema, entry.getKey()));
                write(json, valueSchema, entry.getValue());
            }
        }
        return json.size() > begin;
    }

    /** The name as JSON with its colon. */
    public static byte[] encoded(String name) {
        JsonBytes json = new JsonBytes(64);
        json.string(name).raw(':');
        return json.toBytes();
    }

    private void array(JsonBytes json, Schema elementSchema, Collection<?> elements) {
        json.raw('[');
        int begin = json.size();
        for (Object element : elements) {
            separate(json, begin);
            write(json, elementSchema, element);
        }
        json.raw(']');
    }

    private static void separate(JsonBytes json, int begin) {
        if (json.size() > begin) {
            json.raw(',');
        }
    }

    private byte[] name(Schema keySchema, Object key) {
        if (key == null) {
            throw new RecordFailure("a map in the value has a null key, which has no name");
        }
        String text = key instanceof String string ? string : ValueText.of(keySchema, key);
        byte[] name = names.get(text);
        if (name == null) {
            name = encoded(text);
            if (names.size() >= REMEMBERED) {
                names.clear();
            }
            names.put(text, name);
        }
        return name;
    }

    private StructWriter writer(Schema schema) {
        StructWriter writer = structs.get(schema);
        if (writer == null) {
            writer = new StructWriter(schema.fields().stream()
                    .map(field -> new FieldWriter(
                            field,
                            encoded(field.name()),
                            !field.schema().isOptional() || field.schema().defaultValue() == null,
                            of(field.schema())))
                    .toList());
            if (structs.size() >= REMEMBERED) {
                structs.clear();
            }
            structs.put(schema, writer);
        }
        return writer;
    }

    /** Only what a schema without a name says about its type is relied on: logical types have values of their own. */
    private ValueWriter of(Schema schema) {
        if (schema.name() != null) {
            return (json, value) -> write(json, schema, value);
        }
        return switch (schema.type()) {
            case STRING -> (json, value) -> json.string((String) value);
            case INT8, INT16, INT32, INT64 -> (json, value) -> json.number(((Number) value).longValue());
            case FLOAT64 -> (json, value) -> json.number(((Double) value).doubleValue());
            case BOOLEAN -> (json, value) -> json.bool((Boolean) value);
            default -> (json, value) -> write(json, schema, value);
        };
    }

    private static void number(JsonBytes json, Number number) {
        if (number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte) {
            json.number(number.longValue());
        } else if (number instanceof Double) {
            json.number(number.doubleValue());
        } else if (number instanceof Float) {
            json.number(number.floatValue());
        } else if (number instanceof BigDecimal decimal) {
            json.ascii(decimal.toPlainString());
        } else if (number instanceof BigInteger) {
            json.ascii(number.toString());
        } else {
            throw new RecordFailure("a number of type " + number.getClass().getSimpleName() + " has no JSON form");
        }
    }
}
