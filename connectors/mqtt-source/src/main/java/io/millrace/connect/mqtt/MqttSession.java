package io.millrace.connect.mqtt;

import com.hivemq.client.mqtt.lifecycle.MqttClientReconnector;
import io.millrace.connect.commons.RetryBudget;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session of a task at the broker. It outlives connections and tasks: nothing here ever ends it. A connection that is
 * lost is made again until the session is closed or refused, but not before everything that came with the old one is
 * settled; the broker will send that again, and the two together could be more than the receive maximum.
 *
 * <p>Opened and closed by the task's thread; the rest runs on the client's.
 */
final class MqttSession implements Transport.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MqttSession.class);
    private static final long CLOSE_SECONDS = 5;

    private final ClientSettings client;
    private final List<String> filters;
    private final List<String> abandoned;
    private final Inbox inbox;
    private final RetryBudget retries;
    private final MqttMetrics metrics;
    private final Transport transport;
    private volatile boolean closed;
    private volatile Refusal refusal;
    private boolean subscribed;

    /**
     * @param filters to subscribe to
     * @param abandoned filters that the session may still have and that are not wanted any more
     */
    MqttSession(
            String version,
            ClientSettings client,
            List<String> filters,
            List<String> abandoned,
            Inbox inbox,
            RetryBudget retries,
            MqttMetrics metrics,
            Clock clock) {
        this.client = client;
        this.filters = filters;
        this.abandoned = abandoned;
        this.inbox = inbox;
        this.retries = retries;
        this.metrics = metrics;
        this.transport = Transport.of(version, client, clock, this);
    }

    /** Begins to connect; a broker that is away is waited for. */
    void open() {
        transport.connect().exceptionally(told -> null);
    }

    /** @throws ConnectException when the broker has refused for good */
    void requireWelcome() {
        Refusal found = refusal;
        if (found != null) {
            throw new ConnectException(found.key() + ": " + found.reason());
        }
    }

    @Override
    public synchronized void connected(boolean sessionPresent) {
        if (closed) {
            transport.disconnect();
            return;
        }
        metrics.connected();
        Optional<Long> outage = retries.succeeded().stream().boxed().findFirst();
        LOG.info(
                "{} is connected{}; {}",
                client,
                outage.map(ms -> " after " + ms + " ms without").orElse(""),
                sessionPresent ? "its session is still there" : "it has a new session");
        // MQTT 3.1.1 would send all retained messages with each subscription, and a session has its own already.
        if (!subscribed || !sessionPresent) {
            subscribe();
        }
        client.statusTopic().ifPresent(topic -> transport
                .publish(topic, ClientSettings.ONLINE)
                .whenComplete((done, failure) -> note("The status could not be published", failure)));
    }

    private void subscribe() {
        transport.subscribe(filters, true).whenComplete((done, failure) -> {
            if (failure == null) {
                subscribed();
                return;
            }
            Optional<Refusal> found = Refusal.of(failure);
            if (found.isPresent()) {
                refusal = found.get();
            }
            note("The subscription was not made", failure);
        });
    }

    private synchronized void subscribed() {
        boolean first = !subscribed;
        subscribed = true;
        LOG.info("{} is subscribed to {}", client, filters);
        if (first && !abandoned.isEmpty()) {
            // Afterwards, so that no message falls between the old subscription and the new one.
            transport
                    .unsubscribe(abandoned)
                    .whenComplete((done, failure) -> note("The filters " + abandoned + " were not given up", failure));
        }
    }

    @Override
    public synchronized void disconnected(Throwable cause, MqttClientReconnector reconnector) {
        reconnector.reconnect(false);
        if (closed) {
            return;
        }
        metrics.disconnected();
        Optional<Refusal> found = Refusal.of(cause);
        if (found.isPresent()) {
            refusal = found.get();
            return;
        }
        boolean firstFailure = !retries.inOutage();
        long wait = retries.failed().orElse(1);
        if (firstFailure) {
            LOG.warn("{} has no connection, it is tried again until there is one: {}", client, cause.getMessage());
        }
        reconnector
                .reconnect(true)
                .resubscribeIfSessionExpired(false)
                .delay(wait, TimeUnit.MILLISECONDS)
                .reconnectWhen(inbox.drained(), (settled, failure) -> {});
    }

    @Override
    public void arrived(Message message, Runnable acknowledgement) {
        inbox.arrived(message, acknowledgement);
    }

    /** Leaves: what is not acknowledged stays with the broker, and so does the subscription. */
    @Override
    public void close() {
        closed = true;
        try {
            if (client.statusTopic().isPresent() && !retries.inOutage()) {
                transport
                        .publish(client.statusTopic().get(), ClientSettings.OFFLINE)
                        .get(CLOSE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            note("The status could not be published", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            transport.disconnect().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            note("There was no connection to end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(String what, Throwable failure) {
        if (failure != null && !closed) {
            LOG.warn("{}: {}: {}", client, what, failure.getMessage());
        }
    }
}
