package io.millrace.connect.configs.cdc.onboard;

import io.millrace.connect.configs.ClusterException;
import io.millrace.connect.configs.cdc.CdcHost;
import io.millrace.connect.configs.cdc.source.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Proves that what is in the database is in the topics and in the lake: a marker that went through, and counted rows. */
public final class Proof {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Capture capture;
    private final Duration lakeLimit;

    public Proof(Capture capture, Duration lakeLimit) {
        this.capture = capture;
        this.lakeLimit = lakeLimit;
    }

    /**
     * Counted rows of one table.
     *
     * @param table {@code schema.table}
     * @param source in the database
     * @param topic in its topic
     * @param lake in the lake; empty where there is none or it has not got there
     */
    public record Count(String table, long source, long topic, Optional<Long> lake) {
        public boolean isEqual(boolean withLake) {
            return source == topic
                    && (!withLake || lake.filter(n -> n == source).isPresent());
        }
    }

    /**
     * What was proved.
     *
     * @param counts of every table
     * @param lake what is known of the lake: {@code equal}, {@code none here}, or what is amiss
     */
    public record Result(List<Count> counts, String lake) {
        public boolean isComplete() {
            return lake.equals("equal") || lake.equals("none here");
        }
    }

    /**
     * Writes a marker row and waits until it is in Kafka: everything that was committed before it is there as well.
     *
     * @return the marker's token
     */
    String marker() {
        String token = UUID.randomUUID().toString();
        capture.database()
                .update(
                        "INSERT INTO " + capture.names().marker() + " VALUES (1, ?, clock_timestamp())"
                                + " ON CONFLICT (id) DO UPDATE SET token = excluded.token, at = excluded.at",
                        token);
        String topic = capture.names().topic(capture.names().marker());
        capture.await("the marker row in topic " + topic, LIMIT, () -> {
            SnapshotStep.requireRunning(capture);
            return capture.kafka().holds(topic, token);
        });
        return token;
    }

    /** Counts one table after a marker has gone through. */
    Count count(String table) {
        marker();
        return agreed(table);
    }

    public Result run() {
        String token = marker();
        capture.listener().progress("marker row is in Kafka");
        List<Count> counts = new ArrayList<>();
        for (String table : capture.spec().tables()) {
            counts.add(agreed(table));
        }
        return lake(token, counts);
    }

    /** Counts until both agree; on a table that changes all the time, what lies between two counts agrees as well. */
    private Count agreed(String table) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            long before = rows(table);
            long topic = capture.kafka().rows(capture.names().topic(table));
            long after = rows(table);
            if (Math.min(before, after) <= topic && topic <= Math.max(before, after)) {
                return new Count(table, topic, topic, Optional.empty());
            }
            if (capture.spec().snapshot().equals("no_data")
                    || capture.spec().keyless().contains(table)) {
                // Without the old rows, or with every version of a row, the numbers are not to be equal.
                return new Count(table, after, topic, Optional.empty());
            }
            if (System.nanoTime() > deadline) {
                throw new OnboardException("table " + table + " has " + after + " rows, its topic " + topic);
            }
        }
    }

    private long rows(String table) {
        return capture.database().number("SELECT count(*) FROM " + Tables.sql(table));
    }

    private Result lake(String token, List<Count> counts) {
        if (capture.host().lake().isEmpty()) {
            return new Result(counts, "none here");
        }
        CdcHost.Lake lake = capture.host().lake().get();
        long deadline = System.nanoTime() + lakeLimit.toNanos();
        String last = "";
        boolean seen = false;
        while (System.nanoTime() < deadline && !capture.listener().isInterrupted()) {
            seen = seen || firstRows(lake, counts);
            try {
                List<Count> with = inLake(lake, token, counts);
                if (with.stream()
                        .allMatch(one ->
                                one.isEqual(true) || capture.spec().keyless().contains(one.table()))) {
                    return new Result(with, "equal");
                }
                counts = with;
                last = "differs in "
                        + with.stream()
                                .filter(one -> !one.isEqual(true))
                                .map(Count::table)
                                .toList();
            } catch (ClusterException e) {
                // The driver goes on to list every table that it has.
                last = String.valueOf(e.getMessage())
                        .lines()
                        .findFirst()
                        .orElse("")
                        .replaceFirst("; it has: .*", "");
            }
            capture.listener().progress("lake: " + last);
            pause();
        }
        return new Result(counts, "not proved in " + lakeLimit.toSeconds() + " s: " + last);
    }

    /** Whether any row is in the lake, which is told: the other tables follow. */
    private boolean firstRows(CdcHost.Lake lake, List<Count> counts) {
        for (Count count : counts) {
            try {
                String table = capture.names().lakeTable(count.table());
                if (count.source() > 0
                        && !lake.query("SELECT 1 FROM " + table + " LIMIT 1").isEmpty()) {
                    capture.listener().progress("lake:  the first rows are in table " + table);
                    return true;
                }
            } catch (ClusterException e) {
                // Not there yet; the next one may be.
                continue;
            }
        }
        return false;
    }

    private List<Count> inLake(CdcHost.Lake lake, String token, List<Count> counts) {
        String marker = capture.names().lakeTable(capture.names().marker());
        if (lake.query("SELECT token FROM " + marker + " WHERE token = '" + token + "'")
                .isEmpty()) {
            throw new ClusterException("the marker is not in table " + marker + " yet", null);
        }
        List<Count> with = new ArrayList<>();
        for (Count count : counts) {
            // A table without rows has no changes, so the lake has never heard of it.
            long rows = count.source() == 0
                    ? 0
                    : Long.parseLong(
                            lake.query("SELECT count(*) FROM " + capture.names().lakeTable(count.table()))
                                    .get(0)
                                    .get(0));
            long now = rows == count.source() ? count.source() : rows(count.table());
            with.add(new Count(count.table(), now, now == count.source() ? count.topic() : now, Optional.of(rows)));
        }
        return with;
    }

    private static void pause() {
        try {
            Thread.sleep(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What still is of a capture that was taken out; empty when nothing is. */
    static List<String> remains(Capture capture) {
        Database database = capture.database();
        String name = capture.names().inDatabase();
        List<String> remains = new ArrayList<>();
        look(remains, database, "replication slot", "SELECT 1 FROM pg_replication_slots WHERE slot_name = ?", name);
        look(remains, database, "publication", "SELECT 1 FROM pg_publication WHERE pubname = ?", name);
        look(remains, database, "schema", "SELECT 1 FROM pg_namespace WHERE nspname = ?", name);
        if (capture.spec().givenRole().isEmpty()) {
            look(remains, database, "role", "SELECT 1 FROM pg_roles WHERE rolname = ?", name);
            look(remains, database, "session of role", "SELECT 1 FROM pg_stat_activity WHERE usename = ?", name);
        }
        String connector = capture.names().connector();
        if (capture.connect().config(connector).isPresent()) {
            remains.add("connector " + connector);
        }
        return remains;
    }

    private static void look(List<String> remains, Database database, String what, String query, String name) {
        if (database.exists(query, name)) {
            remains.add(what + " " + name);
        }
    }
}
