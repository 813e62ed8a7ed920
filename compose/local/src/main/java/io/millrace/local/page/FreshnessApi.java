package io.millrace.local.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** {@code GET /api/freshness}: what the stack's prober has found, as it says itself; no sources while it does not answer. */
final class FreshnessApi implements HttpHandler {
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    private final URI prober;
    private final HttpClient client;

    /** @param prober where it tells, such as {@code http://127.0.0.1:28015/freshness} */
    FreshnessApi(URI prober, HttpClient client) {
        this.prober = prober;
        this.client = client;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (!Answers.allow(exchange, "GET", "HEAD")) {
            return;
        }
        try {
            HttpResponse<byte[]> response =
                    client.send(HttpRequest.newBuilder(prober).timeout(PATIENCE).build(), BodyHandlers.ofByteArray());
            Answers.json(exchange, 200, Answers.JSON.readTree(response.body()));
        } catch (IOException e) {
            Answers.json(exchange, 200, nothing());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            Answers.json(exchange, 200, nothing());
        }
    }

    private static JsonNode nothing() {
        ObjectNode answer = Answers.JSON.createObjectNode();
        answer.putArray("sources");
        return answer;
    }
}
