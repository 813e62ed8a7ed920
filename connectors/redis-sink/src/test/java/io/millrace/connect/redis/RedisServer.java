package io.millrace.connect.redis;

import io.millrace.testing.Ports;
import io.millrace.testing.TlsFixture;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** A real Redis on a free port of the loopback interface, which a test may kill, freeze and restart. */
final class RedisServer implements AutoCloseable {

    private static final String BINARY = "redis-server-6.2.6-v5-linux-amd64";

    private static final String STACK = System.getProperty("millrace.redis.stack", "");

    private final Path folder;
    private final int port;
    private final List<String> options;
    private final Path program;
    private Process process;

    private RedisServer(Path folder, int port, List<String> options) {
        this(folder, port, options, null);
    }

    private RedisServer(Path folder, int port, List<String> options, Path program) {
        this.program = program;
        this.folder = folder;
        this.port = port;
        this.options = options;
    }

    /** Starts a server that keeps its data in the folder: every write is on disk before it is answered. */
    static RedisServer start(Path folder, String... options) throws IOException {
        RedisServer server = new RedisServer(folder, Ports.free(), List.of(options));
        server.start();
        return server;
    }

    /** Whether a server with the JSON module was given, see {@link JsonModuleIT}. */
    static boolean hasJson() {
        return !STACK.isEmpty();
    }

    /** Starts a server with the JSON module where one was given, and otherwise the one that comes with the tests. */
    static RedisServer startWithJson(Path folder) throws IOException {
        return hasJson()
                ? startOther(
                        Path.of(STACK, "bin", "redis-server"),
                        folder,
                        "--loadmodule",
                        Path.of(STACK, "lib", "rejson.so").toString())
                : start(folder);
    }

    /** Starts another server than the one that comes with the tests. */
    static RedisServer startOther(Path program, Path folder, String... options) throws IOException {
        RedisServer server = new RedisServer(folder, Ports.free(), List.of(options), program);
        server.start();
        return server;
    }

    /** Starts a Sentinel that alone decides about the master of the name "main". */
    static RedisServer startSentinel(Path folder, int masterPort, String... options) throws IOException {
        Path configuration = Files.writeString(
                folder.resolve("sentinel.conf"),
                """
                sentinel monitor main 127.0.0.1 %d 1
                sentinel down-after-milliseconds main 500
                sentinel failover-timeout main 3000
                """
                        .formatted(masterPort));
        List<String> all = new ArrayList<>(List.of(configuration.toString(), "--sentinel"));
        all.addAll(List.of(options));
        RedisServer server = new RedisServer(folder, Ports.free(), all);
        server.start();
        return server;
    }

    /** Options for a port with TLS beside the usual one, for clients, replicas, Sentinels and the cluster's bus. */
    static List<String> tls(int port, TlsFixture certificate, Path trusted) {
        return List.of(
                "--tls-port",
                "" + port,
                "--tls-cert-file",
                certificate.certificate().toString(),
                "--tls-key-file",
                certificate.key().toString(),
                "--tls-ca-cert-file",
                trusted.toString(),
                "--tls-auth-clients",
                "yes",
                "--tls-replication",
                "yes");
    }

    String uri() {
        return "redis://127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    Jedis client() {
        return new Jedis("127.0.0.1", port);
    }

    /** Processor time of the server so far. */
    double processorMicros() {
        try (Jedis redis = client()) {
            return redis.info("cpu")
                            .lines()
                            .filter(line -> line.startsWith("used_cpu_sys:") || line.startsWith("used_cpu_user:"))
                            .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
                            .sum()
                    * 1e6;
        }
    }

    void start() throws IOException {
        launch(List.of());
        Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(60))
                .until(this::answers);
    }

    /** Starts without waiting until the data is in memory. */
    void startLoading(String... more) throws IOException {
        launch(List.of(more));
    }

    private void launch(List<String> more) throws IOException {
        List<String> command = new ArrayList<>(List.of(binary().toString()));
        boolean sentinel = options.contains("--sentinel");
        if (sentinel) {
            command.addAll(options);
        }
        command.addAll(List.of("--port", "" + port, "--bind", "127.0.0.1", "--dir", folder.toString()));
        if (!sentinel) {
            command.addAll(List.of("--save", "", "--appendonly", "yes", "--appendfsync", "always"));
            command.addAll(options);
        }
        command.addAll(more);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("redis.log").toFile())
                .start();
    }

    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Loses everything, as a server without persistence does. */
    void forget() throws IOException {
        Files.deleteIfExists(folder.resolve("appendonly.aof"));
        // Redis 7 has a folder of files.
        Path files = folder.resolve("appendonlydir");
        if (Files.exists(files)) {
            try (Stream<Path> all = Files.walk(files)) {
                all.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            }
        }
    }

    void freeze() throws IOException {
        signal("STOP");
    }

    void thaw() throws IOException {
        signal("CONT");
    }

    @Override
    public void close() {
        kill();
    }

    private void signal(String name) throws IOException {
        try {
            new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean answers() {
        try (Jedis jedis = client()) {
            return "PONG".equals(jedis.ping());
        } catch (JedisException notYet) {
            return notYet.getMessage() != null && notYet.getMessage().startsWith("NOAUTH");
        }
    }

    private Path binary() {
        if (program != null) {
            return program;
        }
        Path binary = folder.resolve("redis-server");
        if (!Files.exists(binary)) {
            try (InputStream packed = RedisServer.class.getResourceAsStream("/" + BINARY)) {
                Files.copy(packed, binary);
                binary.toFile().setExecutable(true);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
        return binary;
    }
}
