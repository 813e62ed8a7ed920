package io.millrace.local.send;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.client.RunningStack;
import io.millrace.local.security.Part;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Asks a collector what events of a kind have. */
final class KindLookup {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long PAUSE_MILLIS = 500;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http;
    private final Map<String, String> headers;

    /** @param stack whose collector is asked; empty: somebody else's */
    KindLookup(Optional<RunningStack> stack) {
        this.http = stack.map(running -> running.access().http())
                .orElseGet(() -> HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1))
                .connectTimeout(TIMEOUT)
                .build();
        this.headers =
                stack.map(running -> running.access().headers(Part.HTTP_SOURCE)).orElse(Map.of());
    }

    /** The address that takes events of a kind. */
    static URI endpoint(URI events, String topic) {
        String base = events.toString();
        return URI.create(base + (base.endsWith("/") ? "" : "/") + topic);
    }

    /**
     * The fields of the kind that an endpoint takes.
     *
     * @param patience how long the collector may be away
     * @throws SendException when there is no such kind, or the collector stays away
     */
    KindFields ask(URI endpoint, Duration patience) throws SendException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        HttpRequest.Builder question = HttpRequest.newBuilder(endpoint).timeout(TIMEOUT);
        headers.forEach(question::header);
        HttpRequest request = question.build();
        while (true) {
            String problem;
            try {
                HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return KindFields.of(json.readTree(answer.body()));
                }
                problem = endpoint + " answered " + answer.statusCode() + ": " + reason(answer.body());
                if (answer.statusCode() / 100 == 4) {
                    throw new SendException(problem, false);
                }
            } catch (IOException e) {
                problem = "no answer from " + endpoint + " (" + e + ")";
            }
            if (System.nanoTime() > end) {
                throw new SendException("gave up after " + patience.toSeconds() + " s: " + problem, true);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private String reason(String body) throws IOException {
        JsonNode answer = json.readTree(body.startsWith("{") ? body : "{}");
        return answer.path("reason").asText("the answer gives no reason");
    }
}
