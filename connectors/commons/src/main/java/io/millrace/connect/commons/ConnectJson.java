package io.millrace.connect.commons;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Writes Connect values as JSON, straight to a generator. Scalars that JSON lacks are rendered as {@link ValueText}
 * says; decimals stay numbers with all their digits; null fields are left out, null elements of arrays are kept.
 * Safe for use by several threads.
 */
public final class ConnectJson {

    private static final JsonFactory JSON = new JsonFactory();

    private ConnectJson() {}

    /**
     * Writes a value of any Connect type.
     *
     * @param schema the value's schema; null when it has none
     * @param value the value; null is written as JSON null
     * @throws RecordFailure when the value cannot be written
     */
    public static void write(JsonGenerator json, Schema schema, Object value) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof String text) {
            json.writeString(text);
        } else if (value instanceof Number number) {
            writeNumber(json, number);
        } else if (value instanceof Boolean bool) {
            json.writeBoolean(bool);
        } else if (value instanceof Struct struct) {
            json.writeStartObject();
            writeFields(json, struct);
            json.writeEndObject();
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            writeFields(json, schema, map);
            json.writeEndObject();
        } else if (value instanceof Collection<?> elements) {
            Schema elementSchema = schema == null ? null : schema.valueSchema();
            json.writeStartArray();
            for (Object element : elements) {
                write(json, elementSchema, element);
            }
            json.writeEndArray();
        } else {
            json.writeString(ValueText.of(schema, value));
        }
    }

    /** Writes the fields of a struct into the object that is open. */
    public static void writeFields(JsonGenerator json, Struct struct) throws IOException {
        for (Field field : struct.schema().fields()) {
            Object value = fieldValue(struct, field);
            if (value != null) {
                json.writeFieldName(field.name());
                write(json, field.schema(), value);
            }
        }
    }

    /** Writes the entries of a map into the object that is open. */
    public static void writeFields(JsonGenerator json, Schema schema, Map<?, ?> map) throws IOException {
        Schema keySchema = schema == null ? null : schema.keySchema();
        Schema valueSchema = schema == null ? null : schema.valueSchema();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (entry.getValue() != null) {
                json.writeFieldName(entryName(keySchema, entry.getKey()));
                write(json, valueSchema, entry.getValue());
            }
        }
    }

    /** The value as text: scalars as {@link ValueText} says, everything else as JSON. */
    public static String textOf(Schema schema, Object value) {
        return ValueText.isScalar(value) ? ValueText.of(schema, value) : text(schema, value);
    }

    /** The value as JSON text. */
    public static String text(Schema schema, Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            write(json, schema, value);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    static String entryName(Schema keySchema, Object key) {
        if (key == null) {
            throw new RecordFailure("a map in the value has a null key, which has no name");
        }
        return ValueText.of(keySchema, key);
    }

    /** An explicit null of an optional field stays null; the default only stands in where null is not allowed. */
    static Object fieldValue(Struct struct, Field field) {
        if (field.schema().defaultValue() == null) {
            // Finds the value by the field's place instead of its name.
            return struct.get(field);
        }
        Object value = struct.getWithoutDefault(field.name());
        return value == null && !field.schema().isOptional() ? struct.get(field) : value;
    }

    private static void writeNumber(JsonGenerator json, Number number) throws IOException {
        if (number instanceof Integer || number instanceof Short || number instanceof Byte) {
            json.writeNumber(number.intValue());
        } else if (number instanceof Long) {
            json.writeNumber(number.longValue());
        } else if (number instanceof Double) {
            json.writeNumber(number.doubleValue());
        } else if (number instanceof Float) {
            json.writeNumber(number.floatValue());
        } else if (number instanceof BigDecimal decimal) {
            json.writeNumber(decimal.toPlainString());
        } else if (number instanceof BigInteger integer) {
            json.writeNumber(integer);
        } else {
            throw new RecordFailure("a number of type " + number.getClass().getSimpleName() + " has no JSON form");
        }
    }
}
