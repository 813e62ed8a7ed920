package io.millrace.connect.commons.contract;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.connect.data.SchemaBuilder;

/** Any number of values of one type. */
record ArrayType(Slot items) implements FieldType {

    @Override
    public String expected() {
        return "an array";
    }

    @Override
    public String typeName() {
        return "array";
    }

    @Override
    public SchemaBuilder connect() {
        return SchemaBuilder.array(items.schema(null));
    }

    @Override
    public Object read(JsonParser json, JsonToken token, ReadContext context) throws IOException, InvalidValue {
        if (token != JsonToken.START_ARRAY) {
            throw InvalidValue.unexpected(this, json, token);
        }
        List<Object> values = new ArrayList<>();
        for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
            context.memory().charge(items.type().footprint());
            try {
                values.add(items.read(json, next, context, ""));
            } catch (InvalidValue e) {
                throw e.inElement(values.size());
            }
        }
        return values;
    }

    @Override
    public Object fromAvro(Object value) {
        List<Object> values = new ArrayList<>();
        ((Collection<?>) value).forEach(element -> values.add(items.fromAvro(element)));
        return Collections.unmodifiableList(values);
    }

    @Override
    public boolean declaresDefault(Object value) {
        return ((Collection<?>) value).isEmpty();
    }

    @Override
    public boolean isKey() {
        return false;
    }

    @Override
    public void describe(JsonGenerator json) throws IOException {
        FieldType.super.describe(json);
        json.writeFieldName("items");
        items.describe(json);
    }
}
