package io.millrace.connect.http.answer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What a client is told. Immutable but for the array, which nobody changes.
 *
 * @param status HTTP status
 * @param contentType of the body
 * @param body JSON text in UTF-8, or an image
 * @param headers what is said beside type and length of the body
 */
public record Answer(int status, String contentType, byte[] body, Map<String, String> headers) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String JSON_TYPE = "application/json";

    /** A transparent picture of one pixel. */
    private static final byte[] PIXEL = {
        'G',
        'I',
        'F',
        '8',
        '9',
        'a',
        1,
        0,
        1,
        0,
        (byte) 0x80,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        '!',
        (byte) 0xf9,
        4,
        1,
        0,
        0,
        0,
        0,
        ',',
        0,
        0,
        0,
        0,
        1,
        0,
        1,
        0,
        0,
        2,
        2,
        'D',
        1,
        0,
        ';'
    };

    /** A JSON body. */
    public static Answer json(int status, Body body) {
        return new Answer(status, JSON_TYPE, bytes(body), Map.of());
    }

    /** A JSON body that is written already. */
    public static Answer json(int status, String text) {
        return new Answer(status, JSON_TYPE, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** Answers a question with the object that is written. */
    public static Answer ok(Body body) {
        return json(200, body);
    }

    /** The picture of one pixel. */
    public static Answer pixel() {
        return new Answer(200, "image/gif", PIXEL, Map.of("Cache-Control", "no-store"));
    }

    /** Nothing to say. */
    public static Answer noContent(Map<String, String> headers) {
        return new Answer(204, "", new byte[0], headers);
    }

    /** @param warnings what somebody should look at although all goes on; left out when empty */
    public static Answer healthy(String state, List<String> warnings) {
        return ok(json -> {
            json.writeStartObject();
            json.writeStringField("status", state);
            if (!warnings.isEmpty()) {
                json.writeStringField("warning", String.join("; ", warnings));
            }
            json.writeEndObject();
        });
    }

    public static Answer of(Rejection rejection) {
        return new Answer(
                rejection.status(),
                JSON_TYPE,
                bytes(json -> {
                    json.writeStartObject();
                    write(json, rejection);
                    json.writeEndObject();
                }),
                rejection.headers());
    }

    /** Writes what is wrong into the open object. */
    public static void write(JsonGenerator json, Rejection rejection) throws IOException {
        json.writeStringField("error", rejection.error());
        if (rejection.index() >= 0) {
            json.writeNumberField("index", rejection.index());
        }
        if (rejection.field() != null) {
            json.writeStringField("field", rejection.field());
        }
        json.writeStringField("reason", rejection.reason());
        if (rejection.line() > 0) {
            json.writeNumberField("line", rejection.line());
            json.writeNumberField("column", rejection.column());
        }
    }

    /** The answer as HTTP has it; the body is left out of the answer to a HEAD request. */
    public FullHttpResponse response(boolean headOnly) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(status),
                headOnly ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
        if (!contentType.isEmpty()) {
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, contentType)
                    .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        headers.forEach((name, value) -> response.headers().set(name, value));
        return response;
    }

    private static byte[] bytes(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            body.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /** Writes a body. */
    @FunctionalInterface
    public interface Body {
        void write(JsonGenerator json) throws IOException;
    }
}
