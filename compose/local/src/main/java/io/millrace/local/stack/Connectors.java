package io.millrace.local.stack;

import io.millrace.connect.configs.ConnectAddress;
import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.ConnectRestException;
import io.millrace.connect.configs.ConnectorApply;
import io.millrace.connect.configs.ConnectorStatus;
import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.Patience;
import io.millrace.local.control.StackDefaults;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Applies the declared connectors, and starts those again that failed, as the supervisor does with processes. */
final class Connectors {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final int ATTEMPTS = 3;

    private final ConnectClient worker;
    private final List<DeclaredConnector> declared;
    private final Map<String, Integer> failures = new HashMap<>();
    private final Map<String, Long> notBefore = new HashMap<>();

    /** @param declared their variables resolved */
    Connectors(ConnectAddress worker, List<DeclaredConnector> declared) {
        this.worker = new ConnectClient(worker, Patience.of(Duration.ofSeconds(60)));
        this.declared = List.copyOf(declared);
    }

    List<DeclaredConnector> declared() {
        return declared;
    }

    /**
     * Applies one connector and waits until it runs. One that fails is restarted a few times before that counts: what it
     * talks to may have been busy starting.
     *
     * @return what was done
     */
    String apply(DeclaredConnector connector) {
        requirePlugin(connector);
        boolean changed = ConnectorApply.apply(worker, connector, StackDefaults.OWNER);
        for (int attempt = 1; ; attempt++) {
            try {
                worker.awaitRunning(connector.name(), START_LIMIT);
                return changed ? "applied" : "kept";
            } catch (ConnectRestException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                worker.restart(connector.name(), true);
            }
        }
    }

    /** Connect answers a missing class with everything it has, in one line; this says what is missing. */
    private void requirePlugin(DeclaredConnector connector) {
        List<String> there = worker.connectorClasses();
        if (!there.contains(connector.connectorClass())) {
            throw new StackException("connector " + connector.name() + " needs the plugin "
                    + connector.connectorClass() + ", which the worker does not find; it has "
                    + String.join(", ", there) + ". Is its module built (./mvnw -DskipTests package)?");
        }
    }

    /**
     * Looks once at connectors and restarts what has failed: at first at once, then less and less often.
     *
     * @param names those to look at
     * @param listener hears the name and the reason of each restart
     */
    void mend(Set<String> names, BiConsumer<String, String> listener) {
        for (String name : names) {
            try {
                Optional<ConnectorStatus> status = worker.status(name);
                if (status.filter(ConnectorStatus::isFailed).isPresent()) {
                    restart(name, status.get().failure().orElse("unknown"), listener);
                } else if (status.filter(ConnectorStatus::isRunning).isPresent() && due(name)) {
                    failures.remove(name);
                }
            } catch (ConnectRestException e) {
                // The worker itself is down or busy: the supervisor's business; the connectors' turn comes later.
                return;
            }
        }
    }

    private void restart(String name, String reason, BiConsumer<String, String> listener) {
        if (!due(name)) {
            return;
        }
        int count = failures.merge(name, 1, Integer::sum);
        notBefore.put(
                name,
                System.nanoTime()
                        + Duration.ofSeconds(Math.min(60, 2L << Math.min(count, 5)))
                                .toNanos());
        worker.restart(name, true);
        listener.accept(name, reason);
    }

    private boolean due(String name) {
        Long time = notBefore.get(name);
        return time == null || System.nanoTime() - time > 0;
    }
}
