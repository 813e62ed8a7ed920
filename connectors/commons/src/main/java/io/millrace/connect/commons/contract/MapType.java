package io.millrace.connect.commons.contract;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/** Values of one type by text. */
record MapType(Slot values) implements FieldType {
    /** What an entry costs beside its value: itself, its place and its key. */
    private static final int ENTRY = 112;

    @Override
    public String expected() {
        return "an object";
    }

    @Override
    public String typeName() {
        return "map";
    }

    @Override
    public SchemaBuilder connect() {
        return SchemaBuilder.map(Schema.STRING_SCHEMA, values.schema(null));
    }

    @Override
    public Object read(JsonParser json, JsonToken token, ReadContext context) throws IOException, InvalidValue {
        if (token != JsonToken.START_OBJECT) {
            throw InvalidValue.unexpected(this, json, token);
        }
        Map<String, Object> entries = new LinkedHashMap<>();
        for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
            context.memory().charge(ENTRY + values.type().footprint());
            if (entries.containsKey(key)) {
                throw InvalidValue.because("appears twice").inEntry(key);
            }
            try {
                entries.put(key, values.read(json, json.nextToken(), context, ""));
            } catch (InvalidValue e) {
                throw e.inEntry(key);
            }
        }
        return entries;
    }

    @Override
    public Object fromAvro(Object value) {
        Map<String, Object> entries = new LinkedHashMap<>();
        ((Map<?, ?>) value).forEach((key, entry) -> entries.put(key.toString(), values.fromAvro(entry)));
        return Collections.unmodifiableMap(entries);
    }

    @Override
    public boolean declaresDefault(Object value) {
        return ((Map<?, ?>) value).isEmpty();
    }

    @Override
    public boolean isKey() {
        return false;
    }

    @Override
    public void describe(JsonGenerator json) throws IOException {
        FieldType.super.describe(json);
        json.writeFieldName("values");
        values.describe(json);
    }
}
