package io.millrace.local.dashboards;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Kibana's API of saved objects. Safe for use by several threads. */
final class KibanaClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BOUNDARY = "millrace-saved-objects";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String url;
    private final Optional<String> authorization;

    /**
     * @param url base address, with {@code /s/SPACE} for another space than the default one
     * @param authorization value of that header, such as {@code ApiKey ...}
     */
    KibanaClient(String url, Optional<String> authorization) {
        this.url = url.replaceAll("/+$", "");
        this.authorization = authorization;
    }

    /** How an import ended. */
    record Imported(int count, List<String> errors) {}

    /** Writes the objects over those of the same ids. */
    Imported importAll(String ndjson) throws IOException, InterruptedException {
        String body = "--" + BOUNDARY + "\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"millrace.ndjson\"\r\n"
                + "Content-Type: application/ndjson\r\n\r\n"
                + ndjson + "\r\n--" + BOUNDARY + "--\r\n";
        JsonNode answer = JSON.readTree(
                post("/api/saved_objects/_import?overwrite=true", "multipart/form-data; boundary=" + BOUNDARY, body));
        List<String> errors = new ArrayList<>();
        for (JsonNode error : answer.path("errors")) {
            errors.add(error.path("type").asText() + " " + error.path("id").asText() + ": "
                    + error.at("/error/type").asText("unknown")
                    + (error.at("/error").has("message")
                            ? ", " + error.at("/error/message").asText()
                            : ""));
        }
        if (!answer.path("success").asBoolean() && errors.isEmpty()) {
            errors.add("Kibana answered " + answer);
        }
        return new Imported(answer.path("successCount").asInt(), errors);
    }

    /** Dashboards as they are there, with all that they refer to. */
    List<ObjectNode> export(List<String> dashboards) throws IOException, InterruptedException {
        ObjectNode request = JSON.createObjectNode().put("includeReferencesDeep", true);
        var objects = request.putArray("objects");
        dashboards.forEach(id -> objects.addObject().put("type", "dashboard").put("id", id));
        String answer = post("/api/saved_objects/_export", "application/json", request.toString());
        List<ObjectNode> exported = new ArrayList<>();
        for (String line : answer.lines().toList()) {
            // The last line counts the others.
            if (!line.isBlank() && JSON.readTree(line) instanceof ObjectNode object && object.has("id")) {
                exported.add(object);
            }
        }
        return exported;
    }

    private String post(String path, String type, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(TIMEOUT)
                .header("kbn-xsrf", "true")
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        authorization.ifPresent(value -> request.header("Authorization", value));
        HttpResponse<String> response;
        try {
            response = http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IOException(
                    "Kibana at " + url + " does not answer (" + e.getClass().getSimpleName() + ")", e);
        }
        if (response.statusCode() != 200) {
            throw new IOException(
                    "Kibana at " + url + path + " answered " + response.statusCode() + ": " + reason(response.body()));
        }
        return response.body();
    }

    private static String reason(String body) {
        try {
            return JSON.readTree(body).path("message").asText(body);
        } catch (JsonProcessingException e) {
            return body.length() > 200 ? body.substring(0, 200) : body;
        }
    }
}
