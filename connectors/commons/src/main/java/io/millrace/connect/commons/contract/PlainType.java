package io.millrace.connect.commons.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.SchemaBuilder;

/** Avro's primitive types, and texts that have to be a UUID. */
enum PlainType implements FieldType {
    STRING("a string") {
        @Override
        public SchemaBuilder connect() {
            return SchemaBuilder.string();
        }

        @Override
        Object value(JsonParser json, JsonToken token) throws IOException {
            return token == JsonToken.VALUE_STRING ? json.getText() : null;
        }

        @Override
        public Object fromAvro(Object value) {
            return value.toString();
        }
    },
    UUID("a UUID such as 0f8fad5b-d9cb-469f-a165-70867728950e") {
        @Override
        public SchemaBuilder connect() {
            return SchemaBuilder.string();
        }

        @Override
        Object value(JsonParser json, JsonToken token) throws IOException {
            return token == JsonToken.VALUE_STRING
                            && json.getTextLength() == UUID_LENGTH
                            && UUID_TEXT.matcher(json.getText()).matches()
                    ? json.getText()
                    : null;
        }

        @Override
        public Object fromAvro(Object value) {
            return value.toString();
        }
    },
    BOOLEAN("true or false") {
        @Override
        public SchemaBuilder connect() {
            return SchemaBuilder.bool();
        }

        @Override
        Object value(JsonParser json, JsonToken token) {
            return token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE
                    ? token == JsonToken.VALUE_TRUE
                    : null;
        }
    },
    INT("a whole number of 32 bits") {
        @Override
        public SchemaBuilder connect() {
            return SchemaBuilder.int32();
        }

        @Override
        Object value(JsonParser json, JsonToken token) throws IOException {
            if (!isLong(json, token)) {
                return null;
            }
            long value = json.getLongValue();
            return value == (int) value ? (int) value : null;
        }
    },
    LONG("a whole number of 64 bits") {
        @Override
        public SchemaBuilder connect() {
            return SchemaBuilder.int64();
        }

        @Override
        Object value(JsonParser json, JsonToken token) throws IOException {
            return isLong(json, token) ? json.getLongValue() : null;
        }
    },
    FLOAT("a number") {
        @Override
        public SchemaBuilder connect() {
            return SchemaBuilder.float32();
        }

        @Override
        Object value(JsonParser json, JsonToken token) throws IOException {
            if (!token.isNumeric()) {
                return null;
            }
            float value = (float) json.getDoubleValue();
            return Float.isFinite(value) ? value : null;
        }
    },
    DOUBLE("a number") {
        @Override
        public SchemaBuilder connect() {
            return SchemaBuilder.float64();
        }

        @Override
        Object value(JsonParser json, JsonToken token) throws IOException {
            if (!token.isNumeric()) {
                return null;
            }
            double value = json.getDoubleValue();
            return Double.isFinite(value) ? value : null;
        }
    },
    BYTES("base64 text") {
        @Override
        public SchemaBuilder connect() {
            return SchemaBuilder.bytes();
        }

        @Override
        Object value(JsonParser json, JsonToken token) throws IOException {
            return token == JsonToken.VALUE_STRING ? base64(json.getText()) : null;
        }

        @Override
        public Object fromAvro(Object value) {
            return array((ByteBuffer) value);
        }

        @Override
        public String keyText(Object value) {
            return Base64.getEncoder().encodeToString((byte[]) value);
        }
    };

    private static final int UUID_LENGTH = 36;
    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private final String expected;

    PlainType(String expected) {
        this.expected = expected;
    }

    /** Null when the token is no value of this type. */
    abstract Object value(JsonParser json, JsonToken token) throws IOException;

    @Override
    public String expected() {
        return expected;
    }

    @Override
    public String typeName() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Object read(JsonParser json, JsonToken token, ReadContext context) throws IOException, InvalidValue {
        Object value = value(json, token);
        if (value == null) {
            throw InvalidValue.unexpected(this, json, token);
        }
        return value;
    }

    @Override
    public Object fromAvro(Object value) {
        return value;
    }

    @Override
    public String keyText(Object value) {
        return value.toString();
    }

    @Override
    public int footprint() {
        return this == STRING || this == UUID || this == BYTES ? 64 : 32;
    }

    static boolean isLong(JsonParser json, JsonToken token) throws IOException {
        return token == JsonToken.VALUE_NUMBER_INT && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    }

    /** The bytes of a text; null when it is not base64. */
    static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    static byte[] array(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
