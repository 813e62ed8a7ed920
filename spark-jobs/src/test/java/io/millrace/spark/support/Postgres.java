package io.millrace.spark.support;

import io.millrace.testing.Built;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;

/** A real PostgreSQL with logical decoding on a free port. It can be killed and started again with its data. */
public final class Postgres implements AutoCloseable {
    private static final String INNER = "postgres-linux-x86_64.txz";

    private final Path home;
    private final Path log;
    private final int port = Ports.free();
    private ServerProcess server;

    private Postgres(Path log) throws IOException {
        this.log = log;
        // The server refuses to run as root, and whom it runs as must be able to reach its folder.
        home = Files.createTempDirectory("millrace-postgres");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path inner = home.resolve(INNER);
        try (ZipFile zip = new ZipFile(Built.archive("postgres-linux-amd64.jar").toFile());
                InputStream in = zip.getInputStream(zip.getEntry(INNER))) {
            Files.copy(in, inner, StandardCopyOption.REPLACE_EXISTING);
        }
        run(List.of("tar", "xJf", inner.toString(), "-C", home.toString()));
        Files.delete(inner);
        Path data = Files.createDirectory(home.resolve("data"));
        if (isRoot()) {
            run(List.of("chown", "-R", "nobody", data.toString()));
        }
        run(asUser("bin/initdb", "-D", data.toString(), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale"));
    }

    public static Postgres start(Path folder) throws IOException {
        Postgres postgres = new Postgres(folder.resolve("postgres.log"));
        postgres.start();
        return postgres;
    }

    /** Starts it, for the first time or after a kill, and waits until it answers. */
    public void start() {
        server = ServerProcess.start(
                log,
                new ProcessBuilder(asUser(
                        "bin/postgres",
                        "-D",
                        home.resolve("data").toString(),
                        "-h",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(port),
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "wal_level=logical",
                        "-c",
                        "timezone=UTC")));
        server.await(Duration.ofSeconds(60), () -> {
            try (Connection connection = connect("postgres")) {
                return connection.isValid(5);
            } catch (SQLException e) {
                return false;
            }
        });
    }

    public int port() {
        return port;
    }

    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?preferQueryMode=simple", "postgres", "");
    }

    public ServerProcess process() {
        return server;
    }

    /** Like a power cut: the server and all its children at once. */
    public void kill() {
        ProcessHandle.of(server.pid())
                .ifPresent(parent -> parent.descendants().forEach(ProcessHandle::destroyForcibly));
        server.kill();
    }

    @Override
    public void close() {
        if (server != null) {
            kill();
        }
        run(List.of("rm", "-rf", home.toString()));
    }

    private List<String> asUser(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=nobody", "--clear-groups"));
        }
        command.add(home.resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private void run(List<String> command) {
        ServerProcess process = ServerProcess.start(log, new ProcessBuilder(command));
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command + " failed:\n" + process.tail());
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }
}
