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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's MariaDB, where it is installed. */
class MariaDbIT {
    private static final Path SERVER = Path.of("/usr/sbin/mariadbd");

    @TempDir
    Path folder;

    @Test
    void rowsOfMariaDbAreReadInOrderOfTimeAndIdWithTheirTypes() throws Exception {
        assumeTrue(Files.isExecutable(SERVER), "there is no " + SERVER + "; apt-get install mariadb-server");
        int port = Ports.free();
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
        try (ServerProcess server = ServerProcess.start(
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
                        "--default-time-zone=+00:00"))) {
            String url = "jdbc:mariadb://127.0.0.1:" + port + "/";
            await().atMost(Duration.ofSeconds(90)).ignoreExceptions().until(() -> {
                server.requireAlive();
                DriverManager.getConnection(url, "root", "").close();
                return true;
            });
            try (Connection connection = DriverManager.getConnection(url, "root", "");
                    var statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE shop");
                statement.execute("CREATE TABLE shop.orders (id bigint unsigned AUTO_INCREMENT PRIMARY KEY,"
                        + " total decimal(10,2) NOT NULL, open tinyint(1) NOT NULL, note text, day date NOT NULL,"
                        + " changed datetime(6) NOT NULL)");
                for (int i = 0; i < 50; i++) {
                    statement.execute("INSERT INTO shop.orders (total, open, note, day, changed) VALUES (12.50, 1,"
                            + " 'x', '2024-02-29', '2024-02-29 10:00:00." + (i / 20) + "00001')");
                }
            }
            RunningTask task = new RunningTask(
                    Map.of(
                            "connection.url", url + "shop",
                            "connection.user", "root",
                            "mode", "timestamp+incrementing",
                            "timestamp.column.name", "changed",
                            "incrementing.column.name", "id",
                            "topic.prefix", "t-",
                            "batch.max.rows", "7",
                            "poll.interval.ms", "10"),
                    new TableName("shop", null, "orders"));
            await().atMost(Duration.ofSeconds(90)).until(() -> {
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
    }
}
