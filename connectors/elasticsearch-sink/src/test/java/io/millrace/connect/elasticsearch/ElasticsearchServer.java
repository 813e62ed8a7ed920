package io.millrace.connect.elasticsearch;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real Elasticsearch on a free port of the loopback interface. */
final class ElasticsearchServer implements AutoCloseable {

    private final Path folder;
    private final int port;
    private final ProcessBuilder launcher;
    private Process process;
    private final HttpClient http = HttpClient.newHttpClient();

    private ElasticsearchServer(Path folder, int port, ProcessBuilder launcher) throws IOException {
        this.folder = folder;
        this.port = port;
        this.launcher = launcher;
        this.process = launcher.start();
    }

    /** Ends it as a crash does. */
    void kill() throws InterruptedException {
        List<ProcessHandle> all = process.descendants().toList();
        all.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        for (ProcessHandle each : all) {
            each.onExit().join();
        }
    }

    /** Starts it again after {@link #kill}, with what is on its disk. */
    void restart() throws IOException {
        process = launcher.start();
        await(ElasticsearchServer::isHealthy);
    }

    /** Starts a server whose data, configuration and logs are in the folder. */
    static ElasticsearchServer start(Path folder) throws IOException {
        return start(
                folder.toAbsolutePath(),
                "elasticsearch",
                "ES",
                "xpack.security.enabled: false",
                Map.of(),
                ElasticsearchServer::isHealthy);
    }

    /** Starts an OpenSearch likewise. */
    static ElasticsearchServer startOpenSearch(Path folder) throws IOException {
        return start(folder.toAbsolutePath(), "opensearch", "OPENSEARCH", "", Map.of(), ElasticsearchServer::isHealthy);
    }

    /**
     * Starts an Elasticsearch with more settings.
     *
     * @param files of its configuration, by name
     * @param isReady whether it answers
     */
    static ElasticsearchServer start(
            Path folder, String settings, Map<String, String> files, Predicate<ElasticsearchServer> isReady)
            throws IOException {
        return start(folder.toAbsolutePath(), "elasticsearch", "ES", settings, files, isReady);
    }

    private static ElasticsearchServer start(
            Path folder,
            String name,
            String variables,
            String setting,
            Map<String, String> files,
            Predicate<ElasticsearchServer> isReady)
            throws IOException {
        Path home = Path.of(System.getProperty(name + ".home"));
        String heap = System.getProperty("server.heap", "512m");
        int port = freePort();
        // The launchers write logs of the garbage collector there, and fail without it.
        Files.createDirectories(home.resolve("logs"));
        Path config = Files.createDirectories(folder.resolve("config"));
        try (Stream<Path> defaults = Files.list(home.resolve("config"))) {
            for (Path file : defaults.filter(Files::isRegularFile).toList()) {
                Files.copy(file, config.resolve(file.getFileName().toString()));
            }
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(config.resolve(file.getKey()), file.getValue());
        }
        Files.createDirectories(config.resolve("jvm.options.d"));
        Files.writeString(
                config.resolve("jvm.options.d/test.options"),
                "-Xms" + heap + "\n-Xmx" + heap + "\n-XX:-UseG1GC\n-XX:+UseSerialGC\n-XX:TieredStopAtLevel=1\n");
        Files.writeString(
                config.resolve(name + ".yml"),
                String.join(
                        "\n",
                        "discovery.type: single-node",
                        "network.host: 127.0.0.1",
                        "http.port: " + port,
                        "transport.port: " + freePort(),
                        "path.data: " + folder.resolve("data"),
                        "path.logs: " + folder.resolve("logs"),
                        setting,
                        // Small, so that a test can exceed it.
                        "http.max_content_length: 1mb",
                        "cluster.routing.allocation.disk.threshold_enabled: false",
                        ""));
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            // The server refuses to run as root; in a user namespace of its own it is nobody, with our access to files.
            command.addAll(List.of("unshare", "--map-user=65534", "--map-group=65534"));
        }
        command.addAll(List.of("bash", home.resolve("bin/" + name).toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("console.log").toFile());
        builder.environment()
                .putAll(Map.of(
                        variables + "_JAVA_HOME",
                        // Newer servers than the tests' need a newer Java than the tests.
                        System.getProperty(name + ".java.home", System.getProperty("java.home")),
                        variables + "_PATH_CONF",
                        config.toString(),
                        "CLI_JAVA_OPTS",
                        "-Xmx64m -XX:+UseSerialGC",
                        variables + "_TMPDIR",
                        Files.createDirectories(folder.resolve("tmp")).toString()));
        ElasticsearchServer server = new ElasticsearchServer(folder, port, builder);
        server.await(isReady);
        return server;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    Map<String, Object> get(String path) {
        return Json.object(send("GET", path, null));
    }

    byte[] send(String method, String path, String body) {
        HttpRequest.BodyPublisher content =
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path))
                .method(method, content)
                .header("Content-Type", "application/json")
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        // The launcher stops the server and then itself.
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isHealthy() {
        return get("/_cluster/health").containsKey("status");
    }

    private void await(Predicate<ElasticsearchServer> isReady) {
        try {
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(200))
                    .atMost(Duration.ofSeconds(180))
                    .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                    .failFast("The server ended", () -> !process.isAlive())
                    .until(() -> isReady.test(this));
        } catch (RuntimeException failed) {
            close();
            throw new IllegalStateException(
                    "The server did not start; its output:\n"
                            + console(folder.resolve("console.log").toFile()),
                    failed);
        }
    }

    private static String console(File log) {
        try {
            return Files.readString(log.toPath());
        } catch (IOException none) {
            return "none";
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
