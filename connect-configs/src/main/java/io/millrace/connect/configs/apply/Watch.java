package io.millrace.connect.configs.apply;

import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.ConnectorStatus;
import io.millrace.connect.configs.DeclaredState;
import io.millrace.connect.configs.LiveConnector;
import io.millrace.connect.configs.plan.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Watches connectors that were sent until each has run for a while, or has failed. Right after a change a worker may still
 * tell the state of the previous settings, so a failure that it told before counts only when it stays.
 */
final class Watch {
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration STALE = Duration.ofSeconds(5);

    private final ConnectClient worker;
    private final TaskStarts starts;
    private final ApplyOptions options;
    private final ApplyListener listener;
    private final BooleanSupplier interrupted;
    private final List<Sent> open = new ArrayList<>();
    private final Map<Sent, Long> goodSince = new HashMap<>();

    /**
     * A change that was sent.
     *
     * @param change the change
     * @param target the state that the connector has to reach
     * @param start when sending began, in nanoseconds of the system's clock for durations
     * @param before the connector as it was; null for a new one
     */
    record Sent(Change change, DeclaredState target, long start, LiveConnector before) {
        Duration took() {
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    /** Hears of a connector that does not work. */
    interface Broken {
        void accept(Sent sent, String reason, String trace);
    }

    /** @param starts what tasks have told since before the changes were sent */
    Watch(
            ConnectClient worker,
            TaskStarts starts,
            ApplyOptions options,
            ApplyListener listener,
            BooleanSupplier interrupted) {
        this.worker = worker;
        this.starts = starts;
        this.options = options;
        this.listener = listener;
        this.interrupted = interrupted;
    }

    void until(List<Sent> sent, Consumer<Sent> verified, Broken broken) {
        open.addAll(sent);
        while (!open.isEmpty() && !interrupted.getAsBoolean()) {
            Map<String, LiveConnector> live = worker.describeAll();
            for (Sent one : List.copyOf(open)) {
                look(one, Optional.ofNullable(live.get(one.change().name())), verified, broken);
            }
            if (!open.isEmpty()) {
                listener.working("watching " + open.size() + " connector" + (open.size() == 1 ? "" : "s") + ", "
                        + open.get(0).change().name());
                sleep();
            }
        }
    }

    /** Those that were neither verified nor broken when somebody interrupted. */
    List<Sent> unfinished() {
        return List.copyOf(open);
    }

    private void look(Sent one, Optional<LiveConnector> live, Consumer<Sent> verified, Broken broken) {
        Optional<ConnectorStatus> status = live.map(LiveConnector::status);
        if (status.filter(ConnectorStatus::isFailed).isPresent()) {
            if (!isStale(one, status.get())) {
                open.remove(one);
                broken.accept(one, failedPart(status.get()), trace(status.get()));
            }
            return;
        }
        boolean starting = one.target() == DeclaredState.RUNNING
                && starts.isStarting(one.change().name());
        if (!starting && status.filter(known -> isAsWanted(one, known)).isPresent()) {
            long since = goodSince.computeIfAbsent(one, unseen -> System.nanoTime());
            // A connector that does nothing cannot fail: only a running one is watched.
            Duration needed = one.target() == DeclaredState.RUNNING ? options.watchFor() : Duration.ZERO;
            if (System.nanoTime() - since >= needed.toNanos()) {
                open.remove(one);
                verified.accept(one);
            }
            return;
        }
        goodSince.remove(one);
        if (one.took().compareTo(options.startLimit()) > 0) {
            open.remove(one);
            broken.accept(
                    one,
                    "is not " + one.target() + " after " + options.startLimit().toSeconds() + " s; it is "
                            + status.map(known -> known.state() + " with tasks "
                                            + known.tasks().stream()
                                                    .map(ConnectorStatus.Task::state)
                                                    .toList())
                                    .orElse("unknown to the workers"),
                    "");
        }
    }

    /**
     * Waits until a connector whose settings were put back runs.
     *
     * @param told the failure before, which counts only when the worker goes on telling it
     * @return why it does not run; empty when it does
     */
    static Optional<String> again(ConnectClient worker, String name, String told, Duration limit) {
        long start = System.nanoTime();
        while (true) {
            Optional<ConnectorStatus> status = worker.status(name);
            Duration waited = Duration.ofNanos(System.nanoTime() - start);
            if (status.filter(ConnectorStatus::isRunning).isPresent()) {
                return Optional.empty();
            }
            Optional<ConnectorStatus> failed = status.filter(ConnectorStatus::isFailed);
            boolean stale =
                    failed.filter(known -> trace(known).equals(told)).isPresent() && waited.compareTo(STALE) < 0;
            if (failed.isPresent() && !stale) {
                return failed.get().failure();
            }
            if (waited.compareTo(limit) > 0) {
                return Optional.of("it is " + status.map(ConnectorStatus::state).orElse("unknown") + " after "
                        + limit.toSeconds() + " s");
            }
            sleep();
        }
    }

    private static boolean isAsWanted(Sent one, ConnectorStatus status) {
        return one.target() == DeclaredState.RUNNING
                ? status.isRunning()
                : status.state().equals(one.target().name());
    }

    private static boolean isStale(Sent one, ConnectorStatus status) {
        return one.before() != null
                && one.before().status().isFailed()
                && trace(one.before().status()).equals(trace(status))
                && one.took().compareTo(STALE) < 0;
    }

    private static String failedPart(ConnectorStatus status) {
        return status.tasks().stream()
                .filter(task -> "FAILED".equals(task.state()))
                .findFirst()
                .map(task -> "task " + task.id() + " failed:")
                .orElse("the connector failed:");
    }

    private static String trace(ConnectorStatus status) {
        return Stream.concat(
                        status.tasks().stream()
                                .filter(task -> "FAILED".equals(task.state()))
                                .map(ConnectorStatus.Task::trace),
                        Stream.of(status.trace()))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse("no trace was given");
    }

    private static void sleep() {
        try {
            Thread.sleep(POLL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
