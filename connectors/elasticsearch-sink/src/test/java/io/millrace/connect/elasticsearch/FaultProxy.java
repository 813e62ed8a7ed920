package io.millrace.connect.elasticsearch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** Stands before a server and does to bulk requests what overloaded servers and networks do. */
final class FaultProxy implements AutoCloseable {

    /** What happens to one bulk request. */
    enum Fault {
        NONE,
        /** Every second item is refused with 429, the others are carried out. */
        SOME_ITEMS_REJECTED,
        /** The whole request is refused. */
        UNAVAILABLE,
        /** The request is carried out, and the connection cut before the answer. */
        ANSWER_LOST,
        /** The connection is cut at once. */
        CUT,
        /** The request is carried out twice, as by a proxy that tries again. */
        TWICE,
        /** The request is carried out after a while. */
        SLOW
    }

    private static final long SLOW_NANOS = 200_000_000;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final String target;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Deque<Fault> faults = new ArrayDeque<>();
    private volatile boolean down;
    private volatile String authorization;
    private final AtomicInteger busy = new AtomicInteger();
    private final Deque<Fault> ledgerFaults = new ArrayDeque<>();
    private final List<Integer> bulkItems = new ArrayList<>();

    FaultProxy(String target) throws IOException {
        this.target = target;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    synchronized void next(Fault... planned) {
        faults.addAll(List.of(planned));
    }

    /** What happens to the next requests that write the ledger. */
    synchronized void nextOfLedger(Fault... planned) {
        ledgerFaults.addAll(List.of(planned));
    }

    /** Whether a request is being carried out, maybe of a task that no longer is. */
    boolean isBusy() {
        return busy.get() > 0;
    }

    /** Cuts every connection at once until told otherwise, as a server that is not there. */
    void down(boolean isDown) {
        down = isDown;
    }

    /** The Authorization header of the newest request; null when it had none. */
    String authorization() {
        return authorization;
    }

    synchronized void clear() {
        faults.clear();
        ledgerFaults.clear();
    }

    /** How many items each bulk request with documents had. */
    synchronized List<Integer> bulkItems() {
        return List.copyOf(bulkItems);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (down) {
            exchange.close();
            return;
        }
        busy.incrementAndGet();
        try {
            handle(exchange, body(exchange));
        } finally {
            busy.decrementAndGet();
        }
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        InputStream raw = exchange.getRequestBody();
        try (InputStream body = zipped ? new GZIPInputStream(raw) : raw) {
            return body.readAllBytes();
        }
    }

    private void handle(HttpExchange exchange, byte[] body) throws IOException {
        boolean bulk = exchange.getRequestURI().getPath().equals("/_bulk");
        Fault fault = bulk ? take(body) : Fault.NONE;
        switch (fault) {
            case CUT -> exchange.close();
            case UNAVAILABLE -> answer(exchange, 503, "{\"error\":{\"type\":\"x\",\"reason\":\"y\"}}".getBytes());
            case ANSWER_LOST -> {
                forward(exchange, body);
                exchange.close();
            }
            case TWICE -> {
                forward(exchange, body);
                HttpResponse<byte[]> answer = forward(exchange, body);
                answer(exchange, answer.statusCode(), answer.body());
            }
            case SLOW -> {
                LockSupport.parkNanos(SLOW_NANOS);
                HttpResponse<byte[]> answer = forward(exchange, body);
                answer(exchange, answer.statusCode(), answer.body());
            }
            case SOME_ITEMS_REJECTED -> rejectSome(exchange, body);
            case NONE -> {
                HttpResponse<byte[]> answer = forward(exchange, body);
                answer(exchange, answer.statusCode(), answer.body());
            }
        }
    }

    private synchronized Fault take(byte[] body) {
        if (new String(body, StandardCharsets.UTF_8).contains("\"_index\":\"" + ElasticsearchLedger.INDEX)) {
            return ledgerFaults.isEmpty() ? Fault.NONE : ledgerFaults.poll();
        }
        bulkItems.add(operations(body).size());
        return faults.isEmpty() ? Fault.NONE : faults.poll();
    }

    private void rejectSome(HttpExchange exchange, byte[] body) throws IOException {
        List<String> operations = operations(body);
        StringBuilder passed = new StringBuilder();
        List<String> items = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            if (i % 2 == 0) {
                items.add("{\"index\":{\"status\":429,\"error\":{\"type\":\"es_rejected_execution_exception\","
                        + "\"reason\":\"queue is full\"}}}");
            } else {
                passed.append(operations.get(i));
                items.add("{\"index\":{\"status\":200}}");
            }
        }
        if (!passed.isEmpty()) {
            forward(exchange, passed.toString().getBytes(StandardCharsets.UTF_8));
        }
        String answer = "{\"errors\":true,\"items\":" + items.stream().collect(Collectors.joining(",", "[", "]")) + "}";
        answer(exchange, 200, answer.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type != null) {
            request.header("Content-Type", type);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private static List<String> operations(byte[] body) {
        List<String> operations = new ArrayList<>();
        for (String line : new String(body, StandardCharsets.UTF_8).split("\n")) {
            boolean action = Set.of("index", "delete", "create", "update").stream()
                    .anyMatch(name -> line.startsWith("{\"" + name + "\":{\"_index"));
            if (action) {
                operations.add(line + "\n");
            } else {
                operations.set(operations.size() - 1, operations.get(operations.size() - 1) + line + "\n");
            }
        }
        return operations;
    }
}
