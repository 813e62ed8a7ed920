package io.millrace.local.watch;

import com.sun.net.httpserver.HttpServer;
import io.millrace.local.StackAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** {@code GET /metrics}, {@code /freshness} and {@code /healthy} on the loopback address. */
final class WatchServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(2, task -> {
        Thread thread = new Thread(task, "watch");
        thread.setDaemon(true);
        return thread;
    });

    /** @throws IOException when the port is taken */
    WatchServer(int port, Supplier<String> metrics, Supplier<String> freshness) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(StackAddress.HOST), port), 16);
        add("/metrics", "text/plain; version=0.0.4; charset=utf-8", metrics);
        add("/freshness", "application/json; charset=utf-8", freshness);
        add("/healthy", "text/plain; charset=utf-8", () -> "ok\n");
        server.setExecutor(threads);
        server.start();
    }

    private void add(String path, String type, Supplier<String> answer) {
        server.createContext(path, exchange -> {
            try (exchange) {
                boolean get = exchange.getRequestMethod().equals("GET")
                        && exchange.getRequestURI().getPath().equals(path);
                byte[] body = (get ? answer.get() : "only GET " + path + "\n").getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", get ? type : "text/plain; charset=utf-8");
                exchange.sendResponseHeaders(get ? 200 : 404, body.length);
                exchange.getResponseBody().write(body);
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
}
