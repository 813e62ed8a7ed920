package io.millrace.local.security;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.millrace.local.stack.Secrets;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code POST} of OAuth 2.0's client credentials grant: an account that shows its password gets a token for the schema
 * registry. The registry's client in the Avro converter knows no other way to show one. Safe for use by several threads.
 */
public final class TokenEndpoint implements HttpHandler {
    /** Where it is served. */
    public static final String PATH = "/oauth/token";

    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final int LARGEST_REQUEST = 8 << 10;

    private final RegistryTokens tokens;
    private final Supplier<Secrets> secrets;

    /** @param secrets as they are when it is asked, as one may have been replaced */
    TokenEndpoint(RegistryTokens tokens, Supplier<Secrets> secrets) {
        this.tokens = tokens;
        this.secrets = secrets;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("POST")) {
                answer(exchange, 405, "{\"error\":\"invalid_request\"}");
                return;
            }
            byte[] body = exchange.getRequestBody().readNBytes(LARGEST_REQUEST);
            Map<String, String> form = form(new String(body, StandardCharsets.UTF_8));
            basic(exchange.getRequestHeaders().getFirst("Authorization")).ifPresent(form::putAll);
            Optional<Account> account = account(form);
            if (account.isEmpty()) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"Millrace registry\"");
                answer(exchange, 401, "{\"error\":\"invalid_client\"}");
                return;
            }
            answer(
                    exchange,
                    200,
                    "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%d}"
                            .formatted(
                                    tokens.token(
                                            account.get().user(), account.get().registryRole(), LIFE),
                                    LIFE.toSeconds()));
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot sign a token: " + e.getMessage(), e);
        }
    }

    private Optional<Account> account(Map<String, String> form) {
        String user = form.getOrDefault("client_id", "");
        byte[] shown = form.getOrDefault("client_secret", "").getBytes(StandardCharsets.UTF_8);
        Secrets known = secrets.get();
        return Arrays.stream(Account.values())
                .filter(account -> account != Account.KAFKA && account.user().equals(user))
                .filter(account -> MessageDigest.isEqual(
                        known.get(account.kafkaPassword()).getBytes(StandardCharsets.UTF_8), shown))
                .findFirst();
    }

    private static Optional<Map<String, String>> basic(String header) {
        if (header == null || !header.startsWith("Basic ")) {
            return Optional.empty();
        }
        try {
            String both = new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8);
            int colon = both.indexOf(':');
            return colon < 0
                    ? Optional.empty()
                    : Optional.of(
                            Map.of("client_id", both.substring(0, colon), "client_secret", both.substring(colon + 1)));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static Map<String, String> form(String body) {
        Map<String, String> values = new HashMap<>();
        for (String pair : body.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.put(pair.substring(0, equals), decode(pair.substring(equals + 1)));
            }
        }
        return values;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return "";
        }
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
