package io.millrace.local.shop;

import static org.awaitility.Awaitility.await;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** A real PostgreSQL server with logical WAL on a free port, for one test class. */
public final class TestPostgres implements AutoCloseable {
    private final Path home;
    private final Process server;
    private final int port;

    public TestPostgres() throws IOException, InterruptedException {
        home = Files.createTempDirectory("millrace-postgres");
        unpack();
        // PostgreSQL refuses to run as root, so as root it runs as nobody, who has to own the folder and its data.
        Path data = Files.createDirectory(home.resolve("data"));
        if (isRoot()) {
            run(List.of("chown", "-R", "nobody", home.toString()));
        }
        run(asUser("bin/initdb", "-D", data.toString(), "-A", "trust", "-U", "postgres", "--no-sync", "--no-locale"));
        port = freePort();
        server = new ProcessBuilder(asUser(
                        "bin/postgres",
                        "-D",
                        data.toString(),
                        "-k",
                        home.toString(),
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + port,
                        "-c",
                        "wal_level=logical",
                        "-c",
                        "fsync=off"))
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("log").toFile())
                .start();
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(this::answers);
    }

    public int port() {
        return port;
    }

    @Override
    public void close() throws InterruptedException, IOException {
        server.toHandle().destroy();
        server.waitFor();
        run(List.of("rm", "-rf", home.toString()));
    }

    private boolean answers() throws SQLException {
        DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "")
                .close();
        return true;
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

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        File output = File.createTempFile("millrace", "log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        int code = process.waitFor();
        String said = Files.readString(output.toPath());
        Files.delete(output.toPath());
        if (code != 0) {
            throw new IllegalStateException(command + " ended with " + code + ": " + said);
        }
    }

    private void unpack() throws IOException {
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (InputStream in = TestPostgres.class.getResourceAsStream("/postgres-linux-x86_64.txz");
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(in)))) {
            for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
                Path target = home.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(tar, target);
                    if ((entry.getMode() & 0100) != 0) {
                        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
                    }
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
