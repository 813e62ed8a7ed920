package io.millrace.connect.elasticsearch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.connect.commons.JsonBytes;
import io.millrace.connect.commons.JsonObjects;
import io.millrace.connect.commons.RecordFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A JSON object that arrives as text or bytes: it is checked and then copied as it is, with every digit and in its order.
 *
 * @param bytes hold the object in UTF-8
 * @param from where it begins, at its brace
 * @param to behind its last brace
 * @param isChangeEvent whether it has the fields of a change event of Debezium
 */
record JsonText(byte[] bytes, int from, int to, boolean isChangeEvent) {

    private static final JsonFactory JSON = new JsonFactory();

    /** A byte that UTF-8 has in no JSON and the other encodings have in the first four of all. */
    private static final int OTHER_ENCODING = 4;

    /** Whether a converter has left the value as text or bytes. */
    static boolean isText(Object value) {
        return value instanceof String || value instanceof byte[] || value instanceof ByteBuffer;
    }

    /**
     * The object in a value of which {@link #isText} holds.
     *
     * @throws RecordFailure when it holds anything else than one JSON object
     */
    static JsonText of(Object value) {
        ByteBuffer content = content(value);
        byte[] bytes = content.array();
        int begin = content.arrayOffset() + content.position();
        int length = content.remaining();
        for (int i = 0; i < Math.min(length, OTHER_ENCODING); i++) {
            if (bytes[begin + i] == 0) {
                throw new RecordFailure("the value is text in another encoding than UTF-8; check value.converter");
            }
        }
        try (JsonParser parser = JSON.createParser(bytes, begin, length)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                int from = begin + (int) parser.currentTokenLocation().getByteOffset();
                boolean event = passOver(parser);
                int to = begin + (int) parser.currentLocation().getByteOffset();
                if (parser.nextToken() == null) {
                    return new JsonText(bytes, from, to, event);
                }
            }
        } catch (IOException malformed) {
            throw new RecordFailure("the value is text that is not JSON; check value.converter");
        }
        throw new RecordFailure("the value is text that is not one JSON object; check value.converter");
    }

    /** The object as schemaless JSON arrives. */
    Map<String, Object> fields() {
        return JsonObjects.parse(new String(bytes, from, to - from, StandardCharsets.UTF_8))
                .orElseThrow(() -> new RecordFailure("the value is JSON that is nested too deeply to be looked into"));
    }

    /** Copies the fields into the object that is open. Returns whether there was any. */
    boolean writeFields(JsonBytes json) {
        boolean any = false;
        int begin = from + 1;
        for (int i = begin; i < to - 1; i++) {
            byte b = bytes[i];
            // A line's end is white space in JSON and the end of a document in a bulk request.
            if (b == '\n' || b == '\r') {
                json.raw(bytes, begin, i - begin);
                begin = i + 1;
            } else if (b != ' ' && b != '\t') {
                any = true;
            }
        }
        json.raw(bytes, begin, to - 1 - begin);
        return any;
    }

    /** Reads up to the object's end. Returns whether it looks like a change event. */
    private static boolean passOver(JsonParser parser) throws IOException {
        boolean operation = false;
        boolean state = false;
        boolean source = false;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            switch (name) {
                case "op" -> operation = true;
                case "after", "ts_ms" -> state = true;
                case "source" -> source = true;
                default -> {}
            }
            parser.nextToken();
            parser.skipChildren();
        }
        if (parser.currentToken() != JsonToken.END_OBJECT) {
            throw new IOException("the object has no end");
        }
        return operation && state && source;
    }

    private static ByteBuffer content(Object value) {
        if (value instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes);
        }
        if (value instanceof ByteBuffer buffer) {
            if (buffer.hasArray()) {
                return buffer.duplicate();
            }
            byte[] copy = new byte[buffer.remaining()];
            buffer.duplicate().get(copy);
            return ByteBuffer.wrap(copy);
        }
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap((String) value));
        } catch (CharacterCodingException halfPair) {
            throw new RecordFailure("the value holds a text with half of a surrogate pair, which is no valid Unicode");
        }
    }
}
