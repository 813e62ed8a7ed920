package io.millrace.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.connect.data.Struct;

class RestartsPropertyTest {
    private static final TableName ITEMS = new TableName(null, null, "items");

    @Property(tries = 25)
    void eachInsertedRowIsReadOnceWhereverTheTaskEnds(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int batch, @ForAll @IntRange(max = 20) int limit)
            throws Exception {
        for (String mode : List.of("incrementing", "timestamp", "timestamp+incrementing")) {
            check(new Random(seed), mode, batch, limit, false);
        }
    }

    @Property(tries = 25)
    void theNewestStateOfEachRowArrivesUnderUpdatesWherethereAreTies(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int batch, @ForAll @IntRange(max = 20) int limit)
            throws Exception {
        for (String mode : List.of("timestamp", "timestamp+incrementing")) {
            check(new Random(seed), mode, batch, limit, true);
        }
    }

    private static void check(Random random, String mode, int batch, int limit, boolean updates) throws Exception {
        Path file = Files.createTempFile("millrace-jdbc", ".db");
        String url = "jdbc:sqlite:" + file;
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE items (id INTEGER PRIMARY KEY AUTOINCREMENT, changed TIMESTAMP NOT NULL,"
                    + " version INTEGER NOT NULL)");
            RunningTask task = new RunningTask(
                    Map.of(
                            "connection.url",
                            url,
                            "mode",
                            mode,
                            "incrementing.column.name",
                            "id",
                            "timestamp.column.name",
                            "changed",
                            "topic.prefix",
                            "t-",
                            "batch.max.rows",
                            "" + batch,
                            "query.max.rows",
                            "" + limit,
                            "poll.interval.ms",
                            "0"),
                    ITEMS);
            int rows = 0;
            for (int second = 1; second <= 12; second++) {
                // All rows of one step have one time, which is later than that of the step before.
                connection.setAutoCommit(false);
                String time = "'2024-01-01 00:00:" + (second < 10 ? "0" : "") + second + "'";
                for (int i = random.nextInt(15); i > 0; i--) {
                    boolean update = updates && rows > 0 && random.nextBoolean();
                    statement.execute(
                            update
                                    ? "UPDATE items SET version = version + 1, changed = " + time + " WHERE id = "
                                            + (1 + random.nextInt(rows))
                                    : "INSERT INTO items (changed, version) VALUES (" + time + ", 0)");
                    rows += update ? 0 : 1;
                }
                connection.commit();
                readOn(task, random);
            }
            drain(task);
            task.stop();
            compare(task, statement, rows, updates);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Reads until there is no more; transactions are aborted and tasks end anywhere in between. */
    private static void readOn(RunningTask task, Random random) throws InterruptedException {
        for (int quiet = 0; quiet < 2; ) {
            int fate = random.nextInt(8);
            if (fate == 0) {
                task.read();
                task.restart();
            } else if (fate == 1) {
                task.restart();
            } else {
                quiet = task.poll().isEmpty() ? quiet + 1 : 0;
            }
        }
    }

    private static void drain(RunningTask task) throws InterruptedException {
        for (int quiet = 0; quiet < 3; ) {
            quiet = task.poll().isEmpty() ? quiet + 1 : 0;
        }
    }

    private static void compare(RunningTask task, Statement statement, int rows, boolean updates) throws SQLException {
        Map<Long, Long> newest = new HashMap<>();
        task.committed().forEach(record -> {
            Struct row = (Struct) record.value();
            newest.put(row.getInt64("id"), row.getInt64("version"));
        });
        Map<Long, Long> expected = new HashMap<>();
        try (ResultSet row = statement.executeQuery("SELECT id, version FROM items")) {
            while (row.next()) {
                expected.put(row.getLong(1), row.getLong(2));
            }
        }
        assertThat(newest).isEqualTo(expected);
        if (!updates) {
            assertThat(task.committed()).hasSize(rows);
        }
    }
}
