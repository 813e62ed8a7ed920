package io.millrace.connect.jdbc;

import static org.awaitility.Awaitility.await;

import io.millrace.testing.Built;
import io.millrace.testing.Ports;
import io.millrace.testing.ServerProcess;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** A real PostgreSQL on a free port; as it refuses to be root's, root runs it as nobody. */
final class TestPostgres implements AutoCloseable {
    private final Path home = Files.createTempDirectory("millrace-jdbc-postgres");
    private final int port = Ports.free();
    private ServerProcess server;

    TestPostgres() throws IOException, InterruptedException {
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (ZipFile jar = new ZipFile(Built.archive("postgres-linux-amd64.jar").toFile());
                InputStream in = jar.getInputStream(jar.getEntry("postgres-linux-x86_64.txz"));
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(in)))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = home.resolve(entry.getName());
                Files.createDirectories(entry.isDirectory() ? target : target.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else if (!entry.isDirectory()) {
                    Files.copy(tar, target);
                    target.toFile().setExecutable((entry.getMode() & 0100) != 0, false);
                }
            }
        }
        if (isRoot()) {
            once("chown", "-R", "nobody", home.toString());
        }
        once(program(
                "initdb", "-D", data(), "-A", "trust", "-U", "postgres", "--no-sync", "--no-locale", "-E", "UTF8"));
        start();
    }

    void start() {
        server = ServerProcess.start(
                Path.of(System.getProperty("java.io.tmpdir"), home.getFileName() + ".log"),
                Map.of(),
                List.of(program(
                        "postgres",
                        "-D",
                        data(),
                        "-k",
                        home.toString(),
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + port,
                        "-c",
                        "fsync=off",
                        "-c",
                        "max_prepared_transactions=5")));
        await().atMost(Duration.ofSeconds(90)).ignoreExceptions().until(() -> {
            connect().close();
            return true;
        });
    }

    ServerProcess process() {
        return server;
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), "postgres", "");
    }

    void run(String... statements) throws SQLException {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Ends the server at once, with every process of its own. */
    void stop() throws InterruptedException {
        once(program("pg_ctl", "stop", "-D", data(), "-m", "immediate"));
    }

    @Override
    public void close() throws InterruptedException {
        server.terminate();
        once("rm", "-rf", home.toString());
    }

    private String data() {
        return home.resolve("data").toString();
    }

    private String[] program(String name, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=nobody", "--clear-groups"));
        }
        command.add(home.resolve("bin").resolve(name).toString());
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static void once(String... command) throws InterruptedException {
        ServerProcess.start(
                        Path.of(System.getProperty("java.io.tmpdir"), "millrace-jdbc-postgres-setup.log"),
                        Map.of(),
                        List.of(command))
                .awaitSuccess();
    }
}
