package io.millrace.local.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.security.Access;
import io.millrace.local.security.Part;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.OptionalInt;

/** Requests that are answered with JSON. Safe for use by several threads. */
final class JsonHttp {
    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http;
    private final Access access;
    private final Part part;
    private final String name;
    private final String url;

    /**
     * @param name what answers there, for messages
     * @param port where it listens
     */
    JsonHttp(String name, Access access, Part part, int port) {
        this.http = access.http().connectTimeout(Duration.ofSeconds(3)).build();
        this.access = access;
        this.part = part;
        this.name = name;
        this.url = access.url(port);
    }

    /**
     * Posts a body and reads the answer.
     *
     * @param tolerated a status whose answer counts, too
     * @throws ReadException when nobody answers, or with a refusal and its reason
     */
    JsonNode post(String path, String contentType, String body, Duration timeout, OptionalInt tolerated)
            throws ReadException {
        HttpRequest request = access.authorize(part, HttpRequest.newBuilder(URI.create(url + path)))
                .timeout(timeout)
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            JsonNode answer = json.readTree(response.body());
            int status = response.statusCode();
            if (status / 100 != 2 && (tolerated.isEmpty() || tolerated.getAsInt() != status)) {
                throw new ReadException(name + " at " + url + " answered " + status + ": " + reason(answer), null);
            }
            return answer;
        } catch (IOException e) {
            throw new ReadException("cannot read from " + name + " at " + url + " (" + e + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReadException("interrupted while reading from " + name, e);
        }
    }

    private static String reason(JsonNode answer) {
        JsonNode error = answer.path("error");
        return error.isTextual() ? error.asText() : error.path("reason").asText(answer.toString());
    }
}
