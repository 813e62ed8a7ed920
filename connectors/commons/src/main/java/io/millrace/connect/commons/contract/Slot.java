package io.millrace.connect.commons.contract;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * A place for a value: a field, an element of an array, an entry of a map.
 *
 * @param type what the value is
 * @param nullable whether it may be null
 */
record Slot(FieldType type, boolean nullable) {

    /**
     * The Connect schema.
     *
     * @param defaultValue what the schema says to be the default, as a Connect value; null for none
     */
    Schema schema(Object defaultValue) {
        if (type instanceof RecordType record) {
            return record.schema();
        }
        SchemaBuilder builder = nullable ? type.connect().optional() : type.connect();
        return (defaultValue == null ? builder : builder.defaultValue(defaultValue)).build();
    }

    /**
     * Reads the value that the parser is at; null for a null that is allowed.
     *
     * @param hint is added when null is refused
     */
    Object read(JsonParser json, JsonToken token, ReadContext context, String hint) throws IOException, InvalidValue {
        if (token != JsonToken.VALUE_NULL) {
            return type.read(json, token, context);
        }
        if (!nullable) {
            throw InvalidValue.because("must be " + type.expected() + ", not null" + hint);
        }
        return null;
    }

    /** The Connect value of one that Avro's generic reader gave; null for null. */
    Object fromAvro(Object value) {
        return value == null ? null : type.fromAvro(value);
    }

    /** Writes an object that says what may be here. */
    void describe(JsonGenerator json) throws IOException {
        json.writeStartObject();
        type.describe(json);
        if (nullable) {
            json.writeBooleanField("nullable", true);
        }
        json.writeEndObject();
    }
}
