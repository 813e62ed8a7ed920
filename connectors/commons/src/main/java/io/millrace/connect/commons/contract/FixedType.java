package io.millrace.connect.commons.contract;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.kafka.connect.data.SchemaBuilder;

/** A known number of bytes, whose name and size the Avro converters find in the schema's parameters. */
final class FixedType implements FieldType {
    private static final String SIZE = "connect.fixed.size";

    private final String fullName;
    private final int size;

    FixedType(Schema schema) {
        this.fullName = schema.getFullName();
        this.size = schema.getFixedSize();
    }

    int size() {
        return size;
    }

    @Override
    public String expected() {
        return "base64 text of " + size + (size == 1 ? " byte" : " bytes");
    }

    @Override
    public String typeName() {
        return "fixed";
    }

    @Override
    public SchemaBuilder connect() {
        return SchemaBuilder.bytes().name(fullName).parameter(SIZE, Integer.toString(size));
    }

    @Override
    public Object read(JsonParser json, JsonToken token, ReadContext context) throws IOException, InvalidValue {
        byte[] bytes = token == JsonToken.VALUE_STRING ? PlainType.base64(json.getText()) : null;
        if (bytes == null || bytes.length != size) {
            throw InvalidValue.unexpected(this, json, token);
        }
        return bytes;
    }

    @Override
    public Object fromAvro(Object value) {
        return ((GenericFixed) value).bytes().clone();
    }

    @Override
    public String keyText(Object value) {
        return PlainType.BYTES.keyText(value);
    }

    @Override
    public boolean declaresDefault(Object value) {
        return false;
    }

    @Override
    public void describe(JsonGenerator json) throws IOException {
        FieldType.super.describe(json);
        json.writeNumberField("size", size);
    }
}
