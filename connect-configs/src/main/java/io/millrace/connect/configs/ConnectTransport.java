package io.millrace.connect.configs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Requests to one Connect worker: repeated while it is busy, every other refusal an error with the next step. */
final class ConnectTransport {
    private static final String REBALANCE_EXPECTED = "rebalance is expected";

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http;
    private final ConnectAddress address;
    private final Patience patience;

    ConnectTransport(ConnectAddress address, Patience patience) {
        this.address = address;
        this.patience = patience;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5));
        address.tls().ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    String url() {
        return address.toString();
    }

    /** Whether one request is answered with 200. */
    boolean isOk(String path) {
        try {
            return send("ask for " + path, request("GET", path, null)).statusCode() == 200;
        } catch (ConnectRestException e) {
            return false;
        }
    }

    Optional<JsonNode> find(String what, String path) {
        HttpResponse<String> response = patiently(what, request("GET", path, null));
        return response.statusCode() == 404 && isJson(response) ? Optional.empty() : Optional.of(parse(what, response));
    }

    JsonNode get(String what, String path) {
        return require(what, "GET", path, null);
    }

    /** @param body null: none */
    JsonNode require(String what, String method, String path, JsonNode body) {
        return parse(what, patiently(what, request(method, path, body)));
    }

    ConnectRestException notAWorker(String what) {
        return new ConnectRestException("what answers at " + address + " is not a Connect worker (asked to " + what
                + "); check the URL, its port and what stands between");
    }

    static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    void pause() {
        try {
            Thread.sleep(patience.pause().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectRestException("interrupted while waiting for the Connect worker", e);
        }
    }

    private HttpResponse<String> patiently(String what, HttpRequest request) {
        long deadline = System.nanoTime() + patience.limit().toNanos();
        while (true) {
            HttpResponse<String> response = send(what, request);
            if (!isBusy(response) || System.nanoTime() - deadline >= 0) {
                return response;
            }
            pause();
        }
    }

    /**
     * A worker whose group rebalances answers 409, except where a resource waits for the herder without forwarding, as
     * the read of a connector's settings does: there the same refusal arrives as a 500 with these words. A create under
     * a name that exists is refused with a 409 as well, but that one does not pass.
     */
    private static boolean isBusy(HttpResponse<String> response) {
        return switch (response.statusCode()) {
            case 409 -> !response.body().contains("already exists");
            case 503 -> true;
            case 500 -> response.body().contains(REBALANCE_EXPECTED);
            default -> false;
        };
    }

    private JsonNode parse(String what, HttpResponse<String> response) {
        int status = response.statusCode();
        if (status == 401) {
            throw new ConnectRestException(
                    status,
                    "the Connect worker at " + address + " refuses to " + what
                            + (address.authorization().isEmpty()
                                    ? ": it asks for a user and a password; set user and password in the connect section"
                                            + " of the environment"
                                    : ": user or password is wrong (401)"));
        }
        if (status == 403) {
            throw new ConnectRestException(
                    status,
                    "the Connect worker at " + address + " forbids this user to " + what + " (403): "
                            + message(response));
        }
        if (!isJson(response) && status != 204) {
            throw notAWorker(what);
        }
        if (status / 100 != 2) {
            throw new ConnectRestException(
                    status,
                    "the Connect worker at " + address + " answered " + status + " to: " + what + ": "
                            + message(response));
        }
        return read(response).orElseGet(json::createObjectNode);
    }

    private boolean isJson(HttpResponse<String> response) {
        return response.body().isEmpty() || read(response).isPresent();
    }

    private String message(HttpResponse<String> response) {
        return read(response)
                .map(body -> body.path("message").asText(response.body()))
                .orElse("no reason given");
    }

    private Optional<JsonNode> read(HttpResponse<String> response) {
        try {
            return response.body().isEmpty() ? Optional.empty() : Optional.of(json.readTree(response.body()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private HttpRequest request(String method, String path, JsonNode body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address.url() + path))
                .timeout(Duration.ofSeconds(95)) // the worker itself gives up after 90 s
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
        address.authorization().ifPresent(value -> request.header("Authorization", value));
        return request.build();
    }

    private HttpResponse<String> send(String what, HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new ConnectRestException(
                    "cannot reach a Connect worker at " + address + " to " + what + ": " + Unreachable.reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectRestException("interrupted while asking the Connect worker to " + what, e);
        }
    }
}
