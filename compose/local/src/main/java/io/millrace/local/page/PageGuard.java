package io.millrace.local.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What holds for every answer of the page: nothing is loaded from elsewhere, and only a browser that asked for this
 * machine by name is answered. The second keeps a foreign web page from reading the stack through DNS rebinding.
 */
final class PageGuard {
    private static final Logger LOG = LoggerFactory.getLogger(PageGuard.class);
    /** Vega compiles its expressions with Function(), and its bundle has no interpreter, hence unsafe-eval. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self' 'unsafe-eval'; "
            + "style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Set<String> hosts;

    private final Optional<String> authorization;

    /** @param authorization what every request has to show; empty: nothing */
    PageGuard(int port, Optional<String> authorization) {
        this.authorization = authorization;
        this.hosts = Set.of("127.0.0.1:" + port, "localhost:" + port);
    }

    HttpHandler around(HttpHandler handler) {
        return exchange -> {
            try (exchange) {
                guarded(exchange, handler);
            }
        };
    }

    private void guarded(HttpExchange exchange, HttpHandler handler) throws IOException {
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        String host = exchange.getRequestHeaders().getFirst("Host");
        if (host == null || !hosts.contains(host)) {
            Answers.problem(exchange, 421, "this page answers on " + hosts + " only");
            return;
        }
        if (authorization.isPresent()
                && !same(authorization.get(), exchange.getRequestHeaders().getFirst("Authorization"))) {
            headers.set("WWW-Authenticate", "Basic realm=\"Millrace\", charset=\"UTF-8\"");
            Answers.problem(exchange, 401, "this stack is secured: user millrace, password in its secrets");
            return;
        }
        try {
            handler.handle(exchange);
        } catch (RuntimeException e) {
            LOG.warn(
                    "{} {} failed: {}",
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    e.toString());
            Answers.problem(exchange, 500, "the page failed to answer; see the log of millrace up");
        }
    }

    private static boolean same(String wanted, String shown) {
        return shown != null
                && MessageDigest.isEqual(
                        wanted.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
    }
}
