package io.millrace.connect.http.listen;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * The open ports of one worker. Tasks that ask for the same address share a port, which closes with the last of them, or
 * some time after it when that one leaves because Kafka is away. Safe for use by several threads.
 */
public final class Listeners {
    private static final long PAUSE_MS = 200;

    /** The one thing that tasks of a worker share: they know nothing of each other, and a port can be had once. */
    private static final Listeners OF_WORKER = new Listeners();

    private final List<HttpListener> open = new ArrayList<>();

    /** Those of this process, as far as this plugin's classes are concerned. */
    public static Listeners ofWorker() {
        return OF_WORKER;
    }

    /** A place at a port. */
    public final class Place implements AutoCloseable {
        private final HttpListener listener;
        private final Endpoint endpoint;

        private Place(HttpListener listener, Endpoint endpoint) {
            this.listener = listener;
            this.endpoint = endpoint;
        }

        public InetSocketAddress address() {
            return listener.address();
        }

        /** Leaves the port, and closes it when nobody else has it; returns within about two seconds. */
        @Override
        public void close() {
            close(Duration.ZERO);
        }

        /**
         * Leaves the port.
         *
         * @param linger how long it stays open when nobody else has it, with 503 for every request, unless somebody
         *     takes it meanwhile
         */
        public void close(Duration linger) {
            synchronized (Listeners.this) {
                listener.routes().remove(endpoint);
                if (!listener.routes().isEmpty()) {
                    return;
                }
                if (linger.isZero()) {
                    closeDeserted(listener);
                } else {
                    int tenants = listener.routes().tenants();
                    CompletableFuture.delayedExecutor(linger.toMillis(), TimeUnit.MILLISECONDS)
                            .execute(() -> closeUnless(listener, tenants));
                }
            }
        }
    }

    /**
     * Gets a place at a port, waiting for one that cannot be had: the task that this one replaces may be about to close it.
     *
     * @param patience how long to wait
     * @throws ConnectException when there is none in time, with the reason
     */
    public Place join(ListenerSettings settings, Endpoint endpoint, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                return tryJoin(settings, endpoint);
            } catch (ConnectException e) {
                if (System.nanoTime() >= end) {
                    throw new ConnectException(
                            "cannot listen on " + settings.host() + ":" + settings.port() + " (tried for "
                                    + patience.toMillis() + " ms): " + e.getMessage(),
                            e);
                }
            }
            pause();
        }
    }

    private synchronized Place tryJoin(ListenerSettings settings, Endpoint endpoint) {
        for (HttpListener listener : open) {
            if (!listener.settings().sameAddress(settings)) {
                continue;
            }
            if (!listener.routes().isEmpty() || listener.settings().equals(settings)) {
                return share(listener, settings, endpoint);
            }
            closeDeserted(listener);
            break;
        }
        HttpListener listener = HttpListener.open(settings);
        listener.routes().add(endpoint);
        open.add(listener);
        return new Place(listener, endpoint);
    }

    /** Closes a port that lingers, unless somebody has come since. */
    private synchronized void closeUnless(HttpListener listener, int tenants) {
        if (listener.routes().isEmpty() && listener.routes().tenants() == tenants) {
            closeDeserted(listener);
        }
    }

    /** Within the lock, so that who asks for the address next finds the port free. */
    private void closeDeserted(HttpListener listener) {
        if (open.remove(listener)) {
            listener.close();
        }
    }

    private Place share(HttpListener listener, ListenerSettings settings, Endpoint endpoint) {
        List<String> differences = listener.settings().differences(settings);
        if (!differences.isEmpty()) {
            throw new ConnectException("another connector has the address with other values of "
                    + String.join(", ", differences) + "; give them the same values or another port");
        }
        Optional<String> conflict = listener.routes().conflict(endpoint);
        if (conflict.isPresent()) {
            throw new ConnectException(conflict.get());
        }
        listener.routes().add(endpoint);
        return new Place(listener, endpoint);
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("interrupted while waiting for the port", e);
        }
    }
}
