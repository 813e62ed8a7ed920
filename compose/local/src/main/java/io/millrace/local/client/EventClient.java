package io.millrace.local.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.security.Access;
import io.millrace.local.security.Part;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Posts events to a collector; one request, one answer, no retries. Safe for use by several threads. */
public final class EventClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http;
    private final URI endpoint;
    private final Supplier<Map<String, String>> headers;

    /** @param endpoint where events are posted, such as {@code http://127.0.0.1:28001/v1/events} */
    public EventClient(URI endpoint) {
        this(endpoint, HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1), Map::of);
    }

    /** A client of the collector of a stack. */
    public EventClient(URI endpoint, Access access) {
        this(endpoint, access.http(), () -> access.headers(Part.HTTP_SOURCE));
    }

    private EventClient(URI endpoint, HttpClient.Builder http, Supplier<Map<String, String>> headers) {
        this.endpoint = endpoint;
        this.http = http.connectTimeout(Duration.ofSeconds(5)).build();
        this.headers = headers;
    }

    /** Where events are posted. */
    public URI endpoint() {
        return endpoint;
    }

    /**
     * Posts one request.
     *
     * @param body a JSON object or array of objects
     * @throws InterruptedException when the thread is interrupted; the request may have been stored
     */
    public EventAnswer post(byte[] body) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.get().forEach(request::header);
        try {
            return read(http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            return new EventAnswer.Unavailable("no answer from " + endpoint + " (" + reason + ")", Duration.ZERO);
        }
    }

    private EventAnswer read(HttpResponse<byte[]> response) throws IOException {
        int status = response.statusCode();
        JsonNode body = parse(response.body());
        if (status == 200 && body.path("accepted").isInt()) {
            return new EventAnswer.Accepted(body.path("accepted").asInt());
        }
        String reason = body.path("reason").asText("the answer gives no reason");
        if (status / 100 == 4 && status != 408 && status != 429) {
            JsonNode index = body.path("index");
            return new EventAnswer.Refused(
                    status,
                    index.isInt() ? OptionalInt.of(index.asInt()) : OptionalInt.empty(),
                    Optional.of(body.path("field").asText()).filter(name -> !name.isEmpty()),
                    reason);
        }
        Duration wait = response.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("\\d{1,4}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(Duration.ZERO);
        return new EventAnswer.Unavailable(endpoint + " answered " + status + ": " + reason, wait);
    }

    private JsonNode parse(byte[] body) {
        try {
            JsonNode node = json.readTree(body);
            return node == null ? json.createObjectNode() : node;
        } catch (IOException e) {
            return json.createObjectNode(); // an error page of something in between
        }
    }
}
