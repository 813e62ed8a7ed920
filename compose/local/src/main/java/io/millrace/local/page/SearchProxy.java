package io.millrace.local.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.millrace.local.security.Access;
import io.millrace.local.security.Part;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code POST /api/es/{index}/_search}: lets the page search the served indices and nothing else. An index that is not
 * there yet, or a server that does not answer, is an empty object; the header {@value #STATE} tells which it was.
 */
final class SearchProxy implements HttpHandler {
    static final String STATE = "Millrace-State";
    private static final int MAX_REQUEST_BYTES = 64 * 1024;
    private static final Pattern PATH =
            Pattern.compile("/api/es/((?:serving\\.[a-z0-9_.*]+)|millrace-ledger|millrace-freshness-\\*)/_search");

    private final Access access;
    private final HttpClient client;

    SearchProxy(Access access, HttpClient client) {
        this.access = access;
        this.client = client;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (!Answers.allow(exchange, "POST")) {
            return;
        }
        Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
        if (!path.matches()) {
            Answers.problem(
                    exchange,
                    403,
                    "only POST /api/es/{serving.*, millrace-ledger or millrace-freshness-*}/_search is served");
            return;
        }
        byte[] body = exchange.getRequestBody().readNBytes(MAX_REQUEST_BYTES + 1);
        if (body.length > MAX_REQUEST_BYTES) {
            Answers.problem(exchange, 413, "a search has at most " + MAX_REQUEST_BYTES + " bytes");
            return;
        }
        JsonNode search;
        try {
            search = Answers.JSON.readTree(body);
        } catch (JsonProcessingException e) {
            Answers.problem(exchange, 400, "the search is not JSON: " + e.getOriginalMessage());
            return;
        }
        Optional<String> refusal = SearchRules.refusal(search);
        if (refusal.isPresent()) {
            Answers.problem(exchange, 400, refusal.get());
            return;
        }
        forward(exchange, path.group(1), Answers.JSON.writeValueAsBytes(search));
    }

    private void forward(HttpExchange exchange, String index, byte[] search) throws IOException {
        String url = access.url(access.address().elasticsearch()) + "/" + index + "/_search";
        HttpRequest request = access.authorize(Part.ELASTICSEARCH, HttpRequest.newBuilder(URI.create(url)))
                .timeout(Duration.ofSeconds(5))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(search))
                .build();
        try {
            HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
            if (response.statusCode() == 200) {
                exchange.getResponseHeaders().set(STATE, "ok");
                exchange.getResponseHeaders().set("Cache-Control", "no-store");
                Answers.bytes(exchange, 200, "application/json; charset=utf-8", response.body());
                return;
            }
            // Shards that are still starting answer 503; a wrong search is a fault of ours and must be seen.
            switch (response.statusCode()) {
                case 404 -> nothing(exchange, "missing");
                case 429, 502, 503 -> nothing(exchange, "unreachable");
                default -> {
                    exchange.getResponseHeaders().set(STATE, "refused");
                    Answers.problem(exchange, 502, reason(response));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            nothing(exchange, "unreachable");
        } catch (IOException e) {
            nothing(exchange, "unreachable");
        }
    }

    private static void nothing(HttpExchange exchange, String state) throws IOException {
        exchange.getResponseHeaders().set(STATE, state);
        Answers.json(exchange, 200, Answers.JSON.createObjectNode());
    }

    private static String reason(HttpResponse<byte[]> response) throws IOException {
        JsonNode error = Answers.JSON.readTree(response.body()).path("error");
        String reason =
                error.at("/root_cause/0/reason").asText(error.path("reason").asText(error.asText()));
        return "Elasticsearch answered " + response.statusCode() + ": " + reason;
    }
}
