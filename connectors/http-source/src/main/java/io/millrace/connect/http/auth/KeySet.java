package io.millrace.connect.http.auth;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of whoever issues tokens, from a file or over HTTP. They are fetched by a thread of their own, so that no
 * request waits for them; a set that cannot be fetched leaves the last good one in use. Safe for use by several threads.
 */
final class KeySet implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);
    private static final Duration FETCH_LIMIT = Duration.ofSeconds(10);
    private static final int LARGEST = 1 << 20;
    /** How soon an unknown key may have the set fetched again: clients choose the key's name. */
    private static final long SOON_MS = 10_000;

    private final String location;
    private final ScheduledExecutorService fetcher;
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile JWKSet keys = new JWKSet();

    /** @param location http or https address, or a file */
    KeySet(String location, Duration refresh) {
        this.location = location;
        this.fetcher = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "http-source-jwks");
            thread.setDaemon(true);
            return thread;
        });
        fetcher.scheduleWithFixedDelay(this::refresh, 0, refresh.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The keys at this moment; none before the first are there. */
    JWKSet now() {
        return keys;
    }

    /** A token names a key that is not here: perhaps the issuer has a new one. */
    void unknownKey() {
        if (asked.compareAndSet(false, true)) {
            fetcher.schedule(
                    () -> {
                        asked.set(false);
                        refresh();
                    },
                    keys.isEmpty() ? 0 : SOON_MS,
                    TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Reads a key set once.
     *
     * @throws IOException when it cannot be had or is none, with the reason
     */
    static JWKSet fetch(String location) throws IOException {
        try {
            String text = location.startsWith("http://") || location.startsWith("https://")
                    ? overHttp(URI.create(location))
                    : Files.readString(
                            location.startsWith("file:") ? Path.of(URI.create(location)) : Path.of(location));
            return JWKSet.parse(text);
        } catch (ParseException | IllegalArgumentException e) {
            throw new IOException("it is no JSON Web Key Set", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        fetcher.shutdownNow();
    }

    private void refresh() {
        try {
            keys = fetch(location);
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "The key set {} cannot be fetched ({}); {} known keys stay in use",
                    location,
                    String.valueOf(e.getMessage()),
                    keys.size());
        }
    }

    private static String overHttp(URI address) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(FETCH_LIMIT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(address).timeout(FETCH_LIMIT).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200 || answer.body().length() > LARGEST) {
            throw new IOException("it was answered with status " + answer.statusCode() + " and "
                    + answer.body().length() + " characters");
        }
        return answer.body();
    }
}
