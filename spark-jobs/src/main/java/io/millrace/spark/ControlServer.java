package io.millrace.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * The driver's HTTP endpoint, on loopback unless told otherwise: {@code GET /health}, {@code GET /metrics} and the routes
 * that a group adds. Answers are
 * JSON, but for the metrics; an error is {@code {"error": "..."}}.
 */
final class ControlServer implements AutoCloseable {
    private static final int LARGEST_BODY = 1 << 20;

    private final ObjectMapper json = new ObjectMapper();
    private final ExecutorService threads = Executors.newFixedThreadPool(4, task -> {
        Thread thread = new Thread(task, "control");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpServer server;
    private final ControlGuard guard;

    private ControlServer(HttpServer server, ControlGuard guard) {
        this.server = server;
        this.guard = guard;
        server.setExecutor(threads);
    }

    /**
     * Opens the endpoint with {@code /health} only, so that it answers while Spark still starts.
     *
     * @param config says where to listen, and how the endpoint is guarded
     * @throws ConfigException when the port is taken, there is no such address here, or a file of the guard's cannot be used
     */
    static ControlServer open(DriverConfig config, Supplier<JsonNode> health) {
        String host = config.require("control.host");
        int port = config.number("control.port");
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);
            ControlGuard guard = ControlGuard.of(config);
            ControlServer control = new ControlServer(guard.server(address), guard);
            control.context("/", exchange -> control.error(exchange, 404, "no such path: " + exchange.getRequestURI()));
            control.serve("GET", "/health", body -> health.get());
            control.server.start();
            return control;
        } catch (IOException e) {
            throw new ConfigException(
                    "cannot listen on " + host + ":" + port + " (control.host, control.port): " + e.getMessage(), e);
        }
    }

    /** @param context gives the context as it is when a request comes */
    void add(ControlRoute route, Supplier<JobContext> context) {
        serve(route.method(), route.path(), body -> route.answer(context.get(), body));
    }

    /** Adds a path that gives text. */
    void addText(String path, String contentType, Supplier<String> text) {
        context(path, exchange -> {
            try (exchange) {
                if (!exchange.getRequestMethod().equals("GET")) {
                    error(exchange, 405, path + " takes GET");
                    return;
                }
                send(exchange, 200, contentType, text.get().getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** Every path goes through here, so none is without the guard. */
    private void context(String path, HttpHandler handler) {
        server.createContext(path, exchange -> {
            if (guard.admits(exchange.getRequestHeaders())) {
                handler.handle(exchange);
            } else {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
                error(exchange, 401, "show the token of control.token.file as Authorization: Bearer TOKEN");
            }
        });
    }

    private interface Answer {
        JsonNode to(String body) throws Exception;
    }

    private void serve(String method, String path, Answer answer) {
        context(path, exchange -> {
            try (exchange) {
                if (!exchange.getRequestMethod().equals(method)) {
                    error(exchange, 405, path + " takes " + method);
                    return;
                }
                byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
                if (body.length > LARGEST_BODY) {
                    error(exchange, 413, "the request is larger than " + LARGEST_BODY + " bytes");
                    return;
                }
                respond(exchange, answer, new String(body, StandardCharsets.UTF_8));
            }
        });
    }

    private void respond(HttpExchange exchange, Answer answer, String body) throws IOException {
        JsonNode found;
        try {
            found = answer.to(body);
        } catch (IllegalArgumentException e) {
            error(exchange, 400, Failures.sentence(e));
            return;
        } catch (NoSuchElementException e) {
            error(exchange, 404, Failures.sentence(e));
            return;
        } catch (Exception e) {
            error(exchange, 500, Failures.sentence(e));
            return;
        }
        send(exchange, 200, found);
    }

    private void error(HttpExchange exchange, int status, String message) throws IOException {
        send(exchange, status, json.createObjectNode().put("error", message));
    }

    private void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
        send(exchange, status, "application/json", json.writeValueAsBytes(body));
    }

    private static void send(HttpExchange exchange, int status, String contentType, byte[] bytes) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
