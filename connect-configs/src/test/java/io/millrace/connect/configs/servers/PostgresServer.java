package io.millrace.connect.configs.servers;

import static org.awaitility.Awaitility.await;

import io.millrace.connect.configs.cdc.source.Database;
import io.millrace.connect.configs.cdc.source.SourceAddress;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** A real PostgreSQL server on a free port. It can be restarted; whoever made it knows the superuser {@code postgres}. */
public final class PostgresServer implements AutoCloseable {
    public static final String PASSWORD = "a-test-only";

    private static final Path DEBIAN_15 = Path.of("/usr/lib/postgresql/15/bin");

    private final Path home;
    private final Path binaries;
    private final int port = Runtimes.freePort();
    private Process server;

    private PostgresServer(Path binaries, Path home) throws IOException {
        this.binaries = binaries;
        this.home = home;
    }

    /** The release that the stack uses, unpacked below a folder that other users may enter. */
    public static PostgresServer current() throws IOException, InterruptedException {
        Path home = home();
        unpack(home);
        return new PostgresServer(home.resolve("bin"), home).initialised();
    }

    /** Debian's release 15; empty where it is not installed. */
    public static Optional<PostgresServer> debian15() throws IOException, InterruptedException {
        return Files.isExecutable(DEBIAN_15.resolve("postgres"))
                ? Optional.of(new PostgresServer(DEBIAN_15, home()).initialised())
                : Optional.empty();
    }

    private static Path home() throws IOException {
        Path home = Files.createTempDirectory("millrace-cdc-postgres");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        return home;
    }

    private PostgresServer initialised() throws IOException, InterruptedException {
        Path password = home.resolve("password");
        Files.writeString(password, PASSWORD);
        // PostgreSQL refuses to run as root, so as root it runs as nobody, who has to own the folder and its data.
        Files.createDirectory(data());
        if (isRoot()) {
            run(List.of("chown", "-R", "nobody", home.toString()));
        }
        run(asUser(
                "initdb",
                "-D",
                data().toString(),
                "-A",
                "scram-sha-256",
                "-U",
                "postgres",
                "--no-sync",
                "--no-locale",
                "-E",
                "UTF8",
                "--pwfile",
                password.toString()));
        start();
        return this;
    }

    /** Starts it with what {@code ALTER SYSTEM} has set; defaults are those of a server made for change capture. */
    public void start() throws IOException {
        server = new ProcessBuilder(asUser(
                        "postgres",
                        "-D",
                        data().toString(),
                        "-k",
                        home.toString(),
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + port,
                        "-F"))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()))
                .start();
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
            open("postgres").close();
            return true;
        });
    }

    public void restart() throws IOException, InterruptedException {
        stop();
        start();
    }

    public int port() {
        return port;
    }

    public SourceAddress address(String database) {
        return new SourceAddress("127.0.0.1", port, database, "postgres", Optional.empty());
    }

    /** A session of the superuser. */
    public Database open(String database) {
        return Database.open(address(database), PASSWORD);
    }

    private void stop() throws InterruptedException {
        // SIGINT is PostgreSQL's fast shutdown; it ends sessions instead of waiting for them.
        try {
            new ProcessBuilder("kill", "-INT", "" + server.pid()).start().waitFor();
        } catch (IOException e) {
            server.destroyForcibly();
        }
        if (!server.waitFor(60, TimeUnit.SECONDS)) {
            server.destroyForcibly().waitFor();
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop();
        run(List.of("rm", "-rf", home.toString()));
    }

    private Path data() {
        return home.resolve("data");
    }

    private List<String> asUser(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=nobody", "--clear-groups"));
        }
        command.add(binaries.resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static void run(List<String> command) throws InterruptedException {
        try {
            Path output = Files.createTempFile("millrace", "log");
            int code = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start()
                    .waitFor();
            String said = Files.readString(output);
            Files.delete(output);
            if (code != 0) {
                throw new IllegalStateException(command + " ended with " + code + ": " + said);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void unpack(Path home) throws IOException {
        try (ZipFile jar =
                        new ZipFile(Runtimes.archive("postgres-linux-amd64.jar").toFile());
                InputStream inner = jar.getInputStream(jar.getEntry("postgres-linux-x86_64.txz"));
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(inner)))) {
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
}
