package io.millrace.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions of PostgreSQL that commit in another order than their rows have. */
class LateCommitsIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final TableName ITEMS = new TableName(null, "public", "items");
    private static TestPostgres postgres;

    @BeforeAll
    static void start() throws Exception {
        postgres = new TestPostgres();
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
    }

    @BeforeEach
    void table() throws Exception {
        postgres.run(
                "DROP TABLE IF EXISTS items",
                "CREATE TABLE items (id bigserial PRIMARY KEY, version int NOT NULL DEFAULT 0,"
                        + " changed timestamptz NOT NULL DEFAULT now())");
    }

    @ParameterizedTest
    @ValueSource(strings = {"incrementing", "timestamp", "timestamp+incrementing"})
    void aRowOfATransactionThatStaysOpenIsReadAfterItsCommitAndNothingBeforeItIsMissed(String mode) throws Exception {
        RunningTask task = task(mode, "wait");
        try (Connection late = postgres.connect();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute("INSERT INTO items (version) VALUES (1)");
            for (int i = 0; i < 3; i++) {
                postgres.run("INSERT INTO items (version) VALUES (2)");
                task.poll();
            }
            assertThat(ids(task)).doesNotContain(2L, 3L, 4L);
            late.commit();
        }
        awaitIds(task, Set.of(1L, 2L, 3L, 4L));
        assertThat(task.committed()).hasSize(4);
        task.stop();
    }

    @Test
    void withoutWaitingTheSameRowIsMissedWhichIsWhatTheKeyIsFor() throws Exception {
        RunningTask task = task("incrementing", "ignore");
        try (Connection late = postgres.connect();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute("INSERT INTO items (version) VALUES (1)");
            postgres.run("INSERT INTO items (version) VALUES (2)");
            awaitIds(task, Set.of(2L));
            late.commit();
        }
        postgres.run("INSERT INTO items (version) VALUES (3)");
        awaitIds(task, Set.of(2L, 3L));
        task.stop();
    }

    @Test
    void aPreparedTransactionIsWaitedForToo() throws Exception {
        RunningTask task = task("incrementing", "wait");
        try (Connection late = postgres.connect();
                Statement statement = late.createStatement()) {
            late.setAutoCommit(false);
            statement.execute("INSERT INTO items (version) VALUES (1)");
            postgres.run("INSERT INTO items (version) VALUES (2)");
            task.poll();
            statement.execute("PREPARE TRANSACTION 'late'");
        }
        for (int i = 0; i < 5; i++) {
            task.poll();
        }
        assertThat(task.committed()).isEmpty();
        postgres.run("COMMIT PREPARED 'late'");
        awaitIds(task, Set.of(1L, 2L));
        task.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "timestamp+incrementing"})
    void concurrentInsertsAndUpdatesWithEqualTimesAllArrive(String mode) throws Exception {
        RunningTask task = task(mode, "wait");
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        ExecutorService writers = Executors.newFixedThreadPool(4);
        List<Future<Void>> done = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            Random random = new Random(seed + writer);
            done.add(writers.submit((Callable<Void>) () -> write(random)));
        }
        writers.shutdown();
        Random random = new Random(seed);
        while (!writers.isTerminated()) {
            task.poll();
            if (random.nextInt(10) == 0) {
                task.restart();
            }
        }
        for (Future<Void> one : done) {
            one.get();
        }
        Map<Long, Integer> expected = rowsOfTheTable();
        await().atMost(SOON).until(() -> {
            task.poll();
            return newest(task).equals(expected);
        });
        task.stop();
        assertThat(expected).hasSizeGreaterThan(100);
    }

    /** Transactions whose rows all have one time, rounded so that other transactions have the same. */
    private static Void write(Random random) throws Exception {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < 40; i++) {
                String time = "now()";
                for (int row = random.nextInt(5); row >= 0; row--) {
                    statement.execute("INSERT INTO items (changed) VALUES (" + time + ")");
                }
                Thread.sleep(random.nextInt(20));
                // In the order of the ids, so that writers do not deadlock.
                statement.execute("UPDATE items SET version = version + 1, changed = greatest(changed, " + time
                        + ") WHERE id IN (SELECT id FROM items WHERE id % 7 = " + random.nextInt(7)
                        + " ORDER BY id LIMIT 5 FOR UPDATE SKIP LOCKED)");
                if (random.nextInt(8) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                }
            }
        }
        return null;
    }

    private static RunningTask task(String mode, String lateCommits) {
        return new RunningTask(
                Map.of(
                        "connection.url", postgres.url(),
                        "connection.user", "postgres",
                        "mode", mode,
                        "incrementing.column.name", "id",
                        "timestamp.column.name", "changed",
                        "topic.prefix", "t-",
                        "late.commits", lateCommits,
                        "batch.max.rows", "7",
                        "poll.interval.ms", "10"),
                ITEMS);
    }

    private static void awaitIds(RunningTask task, Set<Long> ids) {
        await().atMost(SOON).until(() -> {
            task.poll();
            return ids(task).equals(ids);
        });
    }

    private static Set<Long> ids(RunningTask task) {
        return new HashSet<>(newest(task).keySet());
    }

    private static Map<Long, Integer> newest(RunningTask task) {
        Map<Long, Integer> newest = new HashMap<>();
        task.committed().forEach(record -> {
            Struct row = (Struct) record.value();
            newest.put(row.getInt64("id"), row.getInt32("version"));
        });
        return newest;
    }

    private static Map<Long, Integer> rowsOfTheTable() throws Exception {
        Map<Long, Integer> rows = new HashMap<>();
        try (Connection connection = postgres.connect();
                var row = connection.createStatement().executeQuery("SELECT id, version FROM items")) {
            while (row.next()) {
                rows.put(row.getLong(1), row.getInt(2));
            }
        }
        return rows;
    }
}
