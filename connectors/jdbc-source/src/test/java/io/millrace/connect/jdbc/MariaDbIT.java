package io.millrace.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.testing.Ports;
import io.millrace.testing.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Debian's MariaDB, where it is installed. */
class MariaDbIT {
    private static final Path SERVER = Path.of("/usr/sbin/mariadbd");

    /** What mariadb-install-db calls; it comes with the clients. */
    private static final Path SETUP_NEEDS = Path.of("/usr/bin/my_print_defaults");

    private static final Duration SOON = Duration.ofSeconds(90);

    /** InnoDB gave a transaction up to end a deadlock. */
    private static final int DEADLOCK = 1213;

    @TempDir
    static Path folder;

    private static ServerProcess server;
    private static String url;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(
                Files.isExecutable(SERVER) && Files.isExecutable(SETUP_NEEDS),
                "there is no MariaDB; apt-get install mariadb-server-core mariadb-client-core");
        int port = Ports.free();
        url = "jdbc:mariadb://127.0.0.1:" + port + "/";
        String data = folder.resolve("data").toString();
        String user = System.getProperty("user.name");
        ServerProcess.start(
                        folder.resolve("install.log"),
                        Map.of(),
                        List.of(
                                "mariadb-install-db",
                                "--no-defaults",
                                "--user=" + user,
                                "--datadir=" + data,
                                "--auth-root-authentication-method=normal",
                                "--skip-test-db"))
                .awaitSuccess();
        server = ServerProcess.start(
                folder.resolve("server.log"),
                Map.of(),
                List.of(
                        SERVER.toString(),
                        "--no-defaults",
                        "--user=" + user,
                        "--datadir=" + data,
                        "--socket=" + folder.resolve("socket"),
                        "--bind-address=127.0.0.1",
                        "--port=" + port,
                        "--default-time-zone=+00:00"));
        await().atMost(SOON).ignoreExceptions().until(() -> {
            server.requireAlive();
            connect("").close();
            return true;
        });
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE shop");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.terminate();
        }
    }

    @Test
    void rowsOfMariaDbAreReadInOrderOfTimeAndIdWithTheirTypes() throws Exception {
        try (Connection connection = connect("shop");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE orders (id bigint unsigned AUTO_INCREMENT PRIMARY KEY,"
                    + " total decimal(10,2) NOT NULL, open tinyint(1) NOT NULL, note text, day date NOT NULL,"
                    + " changed datetime(6) NOT NULL)");
            for (int i = 0; i < 50; i++) {
                statement.execute("INSERT INTO orders (total, open, note, day, changed) VALUES (12.50, 1,"
                        + " 'x', '2024-02-29', '2024-02-29 10:00:00." + (i / 20) + "00001')");
            }
        }
        RunningTask task = task("timestamp+incrementing", "orders", "0");
        await().atMost(SOON).until(() -> {
            task.poll();
            task.restart();
            return task.committed().size() >= 50;
        });
        for (int i = 0; i < 5; i++) {
            task.poll();
        }
        task.stop();
        assertThat(task.committed()).hasSize(50);
        Struct row = (Struct) task.committed().get(0).value();
        assertThat(row.get("total")).hasToString("12.50");
        assertThat(row.schema().field("total").schema().name()).isEqualTo(Decimal.LOGICAL_NAME);
        assertThat(row.get("open")).isEqualTo(true);
        assertThat(((java.util.Date) row.get("day")).toInstant()).hasToString("2024-02-29T00:00:00Z");
        assertThat(task.offsets().keySet().toString()).contains("shop.orders");
    }

    /** A delay of more than the longest transaction takes is what covers late commits here. */
    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "timestamp+incrementing"})
    void concurrentInsertsAndUpdatesWithEqualTimesAllArrive(String mode) throws Exception {
        String table = "items_" + mode.length();
        try (Connection connection = connect("shop");
                Statement statement = connection.createStatement()) {
            // Whole seconds: rows of many transactions have the same time.
            statement.execute("CREATE TABLE " + table + " (id bigint AUTO_INCREMENT PRIMARY KEY,"
                    + " version int NOT NULL DEFAULT 0, changed datetime NOT NULL)");
        }
        RunningTask task = task(mode, table, "4000");
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        ExecutorService writers = Executors.newFixedThreadPool(4);
        List<Future<Void>> done = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            Random random = new Random(seed + writer);
            done.add(writers.submit((Callable<Void>) () -> write(table, random)));
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
        Map<Long, Integer> expected = new HashMap<>();
        try (Connection connection = connect("shop");
                ResultSet row = connection.createStatement().executeQuery("SELECT id, version FROM " + table)) {
            while (row.next()) {
                expected.put(row.getLong(1), row.getInt(2));
            }
        }
        await().atMost(SOON).untilAsserted(() -> {
            task.poll();
            Map<Long, Integer> newest = new HashMap<>();
            task.committed().forEach(record -> {
                Struct row = (Struct) record.value();
                newest.put(row.getInt64("id"), row.getInt32("version"));
            });
            assertThat(newest).isEqualTo(expected);
        });
        task.stop();
        assertThat(expected).hasSizeGreaterThan(100);
        assertThat(expected.values()).as("some rows were changed").anyMatch(version -> version > 1);
    }

    /** Transactions that insert rows, change those of others, wait, and sometimes roll back. */
    private static Void write(String table, Random random) throws Exception {
        try (Connection connection = connect("shop");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < 40; i++) {
                try {
                    for (int row = random.nextInt(5); row >= 0; row--) {
                        statement.execute("INSERT INTO " + table + " (changed) VALUES (now())");
                    }
                    statement.execute("UPDATE " + table + " SET version = version + 1, changed = now() WHERE id % 7 = "
                            + random.nextInt(7) + " ORDER BY id DESC LIMIT 5");
                    Thread.sleep(random.nextInt(40));
                    if (random.nextInt(8) == 0) {
                        connection.rollback();
                    } else {
                        connection.commit();
                    }
                } catch (SQLException e) {
                    if (e.getErrorCode() != DEADLOCK) {
                        throw e;
                    }
                    connection.rollback();
                }
            }
        }
        return null;
    }

    private static Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url + database, "root", "");
    }

    private static RunningTask task(String mode, String table, String delayMs) {
        return new RunningTask(
                Map.of(
                        "connection.url", url + "shop",
                        "connection.user", "root",
                        "mode", mode,
                        "timestamp.column.name", "changed",
                        "incrementing.column.name", "id",
                        "timestamp.delay.interval.ms", delayMs,
                        "topic.prefix", "t-",
                        "batch.max.rows", "7",
                        "poll.interval.ms", "10"),
                new TableName("shop", null, table));
    }
}
