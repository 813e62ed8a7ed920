package io.millrace.local.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.StackAddress;
import io.millrace.local.security.Access;
import io.millrace.local.security.Part;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Asks each hop of the pipeline, but for Redis, whether it is there; all at once and with a short patience. */
final class PipelineProbe {
    private static final Duration PATIENCE = Duration.ofMillis(1500);
    private static final String LEDGER_SEARCH = "{\"size\":200,\"sort\":[{\"updated_at\":\"desc\"}],"
            + "\"_source\":[\"topic\",\"newest_received_at\",\"updated_at\"]}";

    private final Access access;
    private final HttpClient client;

    PipelineProbe(Access access, HttpClient client) {
        this.access = access;
        this.client = client;
    }

    /**
     * Which hops answered.
     *
     * @param elasticsearchLedgers what the Elasticsearch sink wrote down; empty when there is nothing yet
     */
    record Reachable(
            boolean http,
            boolean kafka,
            boolean serving,
            boolean lake,
            boolean elasticsearch,
            List<Ledger> elasticsearchLedgers) {}

    Reachable check() {
        StackAddress address = access.address();
        var http = healthy(Part.HTTP_SOURCE, address.httpSource(), "/readyz");
        var serving = healthy(Part.SERVING_DRIVER, address.servingDriver(), "/health");
        var lake = healthy(Part.LAKE_DRIVER, address.lakeDriver(), "/health");
        var ledgers = send(request(Part.ELASTICSEARCH, address.elasticsearch(), "/millrace-ledger/_search")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(LEDGER_SEARCH)));
        boolean kafka = accepts(address.kafka());
        HttpResponse<byte[]> search = ledgers.join();
        // No ledger yet is 404, which only a server that is up can say; a 400 is a ledger without a mapping.
        boolean elasticsearch = search != null && search.statusCode() < 500;
        return new Reachable(http.join(), kafka, serving.join(), lake.join(), elasticsearch, ledgers(search));
    }

    private HttpRequest.Builder request(Part part, int port, String path) {
        return access.authorize(part, HttpRequest.newBuilder(URI.create(access.url(port) + path)));
    }

    private CompletableFuture<Boolean> healthy(Part part, int port, String path) {
        return send(request(part, port, path)).thenApply(response -> response != null && response.statusCode() == 200);
    }

    /** The answer, or null when there was none. */
    private CompletableFuture<HttpResponse<byte[]>> send(HttpRequest.Builder request) {
        return client.sendAsync(request.timeout(PATIENCE).build(), BodyHandlers.ofByteArray())
                .exceptionally(failure -> null);
    }

    private static List<Ledger> ledgers(HttpResponse<byte[]> response) {
        List<Ledger> ledgers = new ArrayList<>();
        if (response == null || response.statusCode() != 200) {
            return ledgers;
        }
        try {
            for (JsonNode hit : Answers.JSON.readTree(response.body()).at("/hits/hits")) {
                JsonNode source = hit.path("_source");
                Instant updated = Ledger.instant(source.path("updated_at").asText(null));
                if (updated != null) {
                    Instant received =
                            Ledger.instant(source.path("newest_received_at").asText(null));
                    ledgers.add(new Ledger(source.path("topic").asText(), received, updated));
                }
            }
        } catch (IOException e) {
            ledgers.clear();
        }
        return ledgers;
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(StackAddress.HOST, port), (int) PATIENCE.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
