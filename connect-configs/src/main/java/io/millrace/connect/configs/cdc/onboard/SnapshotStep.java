package io.millrace.connect.configs.cdc.onboard;

import io.millrace.connect.configs.ConnectorStatus;
import java.time.Duration;
import java.util.Optional;

/** Waits until every table was read once. */
record SnapshotStep(Capture capture) implements Step {
    static final String INITIAL = "Initial Snapshot";
    private static final Duration LIMIT = Duration.ofDays(7);

    @Override
    public String name() {
        return "snapshot";
    }

    @Override
    public String what() {
        return capture.spec().snapshot().equals("no_data")
                ? "no snapshot: changes from now on only"
                : "snapshot of " + capture.spec().tables().size() + " tables";
    }

    @Override
    public boolean isDone() {
        return capture.journal().state(name()).filter("done"::equals).isPresent();
    }

    @Override
    public void apply() {
        Notifications notifications = new Notifications(
                capture.kafka(), capture.clusters().registry(), capture.names().notificationTopic());
        long skip = capture.journal().data(name()).map(Long::parseLong).orElse(0L);
        int all = capture.spec().tables().size() + 1;
        capture.await("the snapshot", LIMIT, () -> {
            requireRunning(capture);
            Notifications.Snapshot snapshot = notifications.snapshot(INITIAL, skip);
            snapshot.failure().ifPresent(reason -> {
                throw new OnboardException(reason);
            });
            capture.listener()
                    .progress("snapshot  " + bar(snapshot.rows().size(), all) + "  "
                            + snapshot.rows().size() + "/" + all + " tables, "
                            + snapshot.rows().values().stream()
                                    .mapToLong(n -> n)
                                    .sum() + " rows");
            return snapshot.isCompleted();
        });
        capture.journal().write(name(), "done", null);
    }

    static String bar(int done, int all) {
        int width = 20;
        int full = all == 0 ? width : Math.min(width, width * done / all);
        return "#".repeat(full) + ".".repeat(width - full);
    }

    /** A connector that failed never ends what is waited for. */
    static void requireRunning(Capture capture) {
        Optional<ConnectorStatus> status =
                capture.connect().status(capture.names().connector());
        status.flatMap(ConnectorStatus::failure).ifPresent(reason -> {
            throw new OnboardException("the connector failed: " + reason);
        });
    }

    @Override
    public void undo() {
        // What was read went to topics, which are undone on their own.
    }
}
