package io.millrace.connect.commons.contract;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.connect.commons.config.NearestName;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * One of a set of symbols. Connect has only strings, so the schema carries the symbols in the parameters by which the
 * Avro converters know an enumeration, when {@code enhanced.avro.schema.support} is on.
 */
final class EnumType implements FieldType {
    static final String PARAMETER = "io.confluent.connect.avro.Enum";

    private final String fullName;
    /** The symbols by themselves, so that every event shares the contract's strings. */
    private final Map<String, String> symbols = new LinkedHashMap<>();

    EnumType(Schema schema) {
        this.fullName = schema.getFullName();
        schema.getEnumSymbols().forEach(symbol -> symbols.put(symbol, symbol));
    }

    @Override
    public String expected() {
        return (symbols.size() == 1 ? "" : "one of ") + Shown.names(symbols.keySet());
    }

    @Override
    public String typeName() {
        return "enum";
    }

    @Override
    public SchemaBuilder connect() {
        SchemaBuilder builder = SchemaBuilder.string().name(fullName).parameter(PARAMETER, fullName);
        symbols.keySet().forEach(symbol -> builder.parameter(PARAMETER + "." + symbol, symbol));
        return builder;
    }

    @Override
    public Object read(JsonParser json, JsonToken token, ReadContext context) throws IOException, InvalidValue {
        if (token != JsonToken.VALUE_STRING) {
            throw InvalidValue.unexpected(this, json, token);
        }
        String text = json.getText();
        String symbol = symbols.get(text);
        if (symbol == null) {
            String hint = NearestName.to(Shown.cut(text), symbols.keySet())
                    .map(near -> "; did you mean " + near + "?")
                    .orElse("");
            throw InvalidValue.because("must be " + expected() + ", not " + Shown.value(json, token) + hint);
        }
        return symbol;
    }

    @Override
    public Object fromAvro(Object value) {
        return value.toString();
    }

    @Override
    public String keyText(Object value) {
        return (String) value;
    }

    @Override
    public boolean declaresDefault(Object value) {
        return false;
    }

    @Override
    public int footprint() {
        return 16;
    }

    @Override
    public void describe(JsonGenerator json) throws IOException {
        FieldType.super.describe(json);
        json.writeArrayFieldStart("symbols");
        for (String symbol : symbols.keySet()) {
            json.writeString(symbol);
        }
        json.writeEndArray();
    }
}
