package io.millrace.connect.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a client is told.
 *
 * @param status HTTP status
 * @param body JSON text in UTF-8
 * @param retryAfter seconds after which the client may try again; zero when the header is not sent
 */
record Answer(int status, byte[] body, int retryAfter) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int RETRY_AFTER_SECONDS = 1;

    /** Every record of the request is in Kafka. */
    static Answer accepted(int records) {
        return new Answer(200, ("{\"accepted\":" + records + "}").getBytes(StandardCharsets.US_ASCII), 0);
    }

    static Answer healthy(String state) {
        return healthy(state, List.of());
    }

    /** @param warnings what somebody should look at although all goes on; left out when empty */
    static Answer healthy(String state, List<String> warnings) {
        return ok(json -> {
            json.writeStartObject();
            json.writeStringField("status", state);
            if (!warnings.isEmpty()) {
                json.writeStringField("warning", String.join("; ", warnings));
            }
            json.writeEndObject();
        });
    }

    /** Answers a question with the object that is written. */
    static Answer ok(Body body) {
        return new Answer(200, bytes(body), 0);
    }

    static Answer of(Rejection rejection) {
        return new Answer(rejection.status(), json(rejection), rejection.status() == 503 ? RETRY_AFTER_SECONDS : 0);
    }

    /** The answer as HTTP has it; the body is left out of the answer to a HEAD request. */
    FullHttpResponse response(boolean headOnly) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(status),
                headOnly ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        if (retryAfter > 0) {
            response.headers().setInt(HttpHeaderNames.RETRY_AFTER, retryAfter);
        }
        return response;
    }

    private static byte[] json(Rejection rejection) {
        return bytes(json -> {
            json.writeStartObject();
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
            json.writeEndObject();
        });
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
    interface Body {
        void write(JsonGenerator json) throws IOException;
    }
}
