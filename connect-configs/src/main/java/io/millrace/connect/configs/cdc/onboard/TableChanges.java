package io.millrace.connect.configs.cdc.onboard;

import io.millrace.connect.configs.ConnectorStatus;
import io.millrace.connect.configs.Marks;
import io.millrace.connect.configs.cdc.CaptureSpec;
import io.millrace.connect.configs.cdc.source.Database;
import io.millrace.connect.configs.cdc.source.Sql;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Changes of a capture that is live: a table more, a table less, and reading anew what is there. */
public final class TableChanges {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration SNAPSHOT_LIMIT = Duration.ofDays(7);

    private final Capture capture;

    public TableChanges(Capture capture) {
        this.capture = capture;
    }

    /**
     * Captures one more table, with the rows that it has. May be run again after it was killed.
     *
     * @param keyless whether the table has no key, so that its rows cannot be read anew while others go on
     * @return the table's rows, counted in database and topic
     */
    public Proof.Count add(String table, boolean keyless) {
        Capture more = capture.as(capture.spec().plus(table, keyless));
        Database database = capture.database();
        database.together(() -> {
            if (!isPublished(table)) {
                database.execute(
                        "ALTER PUBLICATION " + capture.names().inDatabase() + " ADD TABLE " + Tables.sql(table));
            }
            if (capture.spec().givenRole().isEmpty()) {
                DatabaseSteps.Role.grants(Sql.name(capture.spec().connectorRole()), table)
                        .forEach(database::execute);
            }
            more.journal().change(more.spec());
        });
        new ConnectSteps.Topics(more).apply();
        put(more);
        if (!keyless) {
            read(more, List.of(table));
        }
        return new Proof(more, Duration.ZERO).count(table);
    }

    /** Captures one table less; its topic stays, with what is in it. May be run again after it was killed. */
    public void remove(String table) {
        CaptureSpec less = capture.spec().minus(table);
        if (less.tables().isEmpty()) {
            throw new OnboardException("it is the last table; take the capture out with ./millrace cdc offboard");
        }
        Capture without = capture.as(less);
        put(without);
        Database database = capture.database();
        database.together(() -> {
            if (isPublished(table)) {
                database.execute(
                        "ALTER PUBLICATION " + capture.names().inDatabase() + " DROP TABLE " + Tables.sql(table));
            }
            if (capture.spec().givenRole().isEmpty()
                    && database.text("SELECT to_regclass(?)::text", Tables.sql(table)) != null) {
                database.execute("REVOKE SELECT ON " + Tables.sql(table) + " FROM "
                        + Sql.name(capture.spec().connectorRole()));
            }
            without.journal().change(less);
        });
    }

    /** Reads tables anew while changes go on. */
    public List<Proof.Count> again(List<String> tables) {
        read(capture, tables);
        return tables.stream().map(new Proof(capture, Duration.ZERO)::count).toList();
    }

    /** Begins anew with a new slot: the way back when the old one is lost. May be run again after it was killed. */
    public Proof.Result fromTheStart(Duration lakeLimit) {
        long told = notifications(capture).all().size();
        capture.journal().write("snapshot", "begun", Long.toString(told));
        ConnectSteps.Start start = new ConnectSteps.Start(capture);
        start.undo();
        capture.connect().offsets().reset(capture.names().connector());
        start.apply();
        new SnapshotStep(capture).apply();
        return new Proof(capture, lakeLimit).run();
    }

    private boolean isPublished(String table) {
        return capture.database()
                .exists(
                        "SELECT 1 FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid"
                                + " WHERE p.pubname = ? AND r.prrelid = ?::regclass",
                        capture.names().inDatabase(),
                        Tables.sql(table));
    }

    private static void put(Capture changed) {
        String name = changed.names().connector();
        changed.connect()
                .putIfDifferent(
                        name, Marks.put(changed.config(), changed.environment().owner()));
        changed.await("connector " + name + " to run", LIMIT, () -> {
            SnapshotStep.requireRunning(changed);
            return changed.connect()
                    .status(name)
                    .filter(ConnectorStatus::isRunning)
                    .isPresent();
        });
        changed.file().ifPresent(file -> new DeclareStep(changed, file).apply());
    }

    private static void read(Capture capture, List<String> tables) {
        // The task has to have begun: what it is told while it starts, it reads only when the log comes to it.
        new Proof(capture, Duration.ZERO).marker();
        long told = notifications(capture).all().size();
        String collections = "[\"" + String.join("\", \"", tables) + "\"]";
        capture.database()
                .update(
                        "INSERT INTO " + capture.names().signal() + " VALUES (?, 'execute-snapshot', ?)",
                        UUID.randomUUID().toString(),
                        "{\"type\": \"incremental\", \"data-collections\": " + collections + "}");
        capture.await("the snapshot of " + tables, SNAPSHOT_LIMIT, () -> {
            SnapshotStep.requireRunning(capture);
            Notifications.Snapshot snapshot = notifications(capture).snapshot("Incremental Snapshot", told);
            snapshot.failure().ifPresent(reason -> {
                throw new OnboardException(reason);
            });
            capture.listener().progress("snapshot of " + tables);
            return snapshot.isCompleted();
        });
    }

    private static Notifications notifications(Capture capture) {
        return new Notifications(
                capture.kafka(), capture.clusters().registry(), capture.names().notificationTopic());
    }

    /** Tables that somebody names but the capture does not have. */
    public Set<String> unknown(List<String> tables) {
        Set<String> unknown = new HashSet<>(tables);
        capture.spec().tables().forEach(unknown::remove);
        return unknown;
    }
}
