package io.millrace.local.page;

import static org.awaitility.Awaitility.await;

import io.millrace.local.StackAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real Elasticsearch and a real Redis for the tests of this module, started once and ended with the test run. */
public final class Stores implements ExtensionContext.Store.CloseableResource {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Path ARCHIVES = Path.of("../runtimes/servers/target/archives");
    private static final String REDIS = "redis-server-6.2.6-v5-linux-amd64";

    private final StackAddress address = freeAddress();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Process> processes = new ArrayList<>();
    private final Path folder;

    private Stores(Path folder) {
        this.folder = folder;
    }

    /** The servers of this test run, started when they are first asked for. */
    static Stores of(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(Stores.class))
                .getOrComputeIfAbsent(Stores.class, key -> started(), Stores.class);
    }

    public StackAddress address() {
        return address;
    }

    public HttpResponse<String> elasticsearch(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(StackAddress.url(address.elasticsearch()) + path))
                .header("Content-Type", path.contains("_bulk") ? "application/x-ndjson" : "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException("Elasticsearch does not answer " + method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        for (Process process : processes) {
            List<ProcessHandle> children = process.descendants().toList();
            process.destroy();
            children.forEach(ProcessHandle::destroy);
        }
        for (Process process : processes) {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    private static Stores started() {
        try {
            Path folder = Files.createTempDirectory(Files.createDirectories(TARGET), "stores");
            Stores stores = new Stores(folder);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> stores.processes.forEach(process -> {
                        process.descendants().forEach(ProcessHandle::destroyForcibly);
                        process.destroyForcibly();
                    })));
            stores.startElasticsearch();
            stores.startRedis();
            stores.awaitHealth();
            return stores;
        } catch (IOException e) {
            throw new IllegalStateException("cannot start the servers of this test: " + e.getMessage(), e);
        }
    }

    private void startElasticsearch() throws IOException {
        Path home = unpackedElasticsearch();
        Path config =
                Files.createDirectories(folder.resolve("config/jvm.options.d")).getParent();
        for (String file : List.of("jvm.options", "log4j2.properties")) {
            Files.copy(home.resolve("config").resolve(file), config.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.writeString(
                config.resolve("elasticsearch.yml"),
                """
                discovery.type: single-node
                xpack.security.enabled: false
                http.host: 127.0.0.1
                http.port: %d
                transport.host: 127.0.0.1
                transport.port: %d
                path.data: %s
                path.logs: %s
                cluster.routing.allocation.disk.threshold_enabled: false
                """
                        .formatted(
                                address.elasticsearch(),
                                address.elasticsearchTransport(),
                                folder.resolve("data"),
                                folder.resolve("logs")));
        Files.writeString(
                config.resolve("jvm.options.d/test.options"), "-Xms384m\n-Xmx384m\n-XX:TieredStopAtLevel=1\n");
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            // Elasticsearch refuses root; in a user namespace it is somebody else, with root's files at hand.
            command.addAll(List.of("unshare", "--user", "--map-user=1000", "--map-group=1000"));
        }
        command.add(home.resolve("bin/elasticsearch").toString());
        ProcessBuilder builder = logged(command, "elasticsearch");
        builder.environment().put("ES_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("ES_PATH_CONF", config.toString());
        builder.environment()
                .put("ES_TMPDIR", Files.createDirectories(folder.resolve("tmp")).toString());
        processes.add(builder.start());
    }

    private void startRedis() throws IOException {
        Path binary = folder.resolve("redis-server");
        extract(archive("redis.jar"), REDIS, binary);
        processes.add(logged(
                        List.of(
                                binary.toString(),
                                "--port",
                                "" + address.redis(),
                                "--bind",
                                StackAddress.HOST,
                                "--save",
                                ""),
                        "redis")
                .start());
    }

    private void awaitHealth() {
        await("Elasticsearch, see " + folder.resolve("elasticsearch.log"))
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(250))
                .ignoreExceptions()
                .until(() -> elasticsearch("GET", "/_cluster/health?wait_for_status=yellow", "")
                                .statusCode()
                        == 200);
    }

    private ProcessBuilder logged(List<String> command, String name) {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile())
                .directory(folder.toFile());
    }

    private static Path archive(String name) {
        Path archive = ARCHIVES.resolve(name);
        if (!Files.exists(archive)) {
            throw new IllegalStateException(archive.toAbsolutePath().normalize()
                    + " is missing; run: ./mvnw -pl compose/runtimes/servers package");
        }
        return archive;
    }

    /** Unpacked once per build folder: it takes seconds and is never written to. */
    private static Path unpackedElasticsearch() throws IOException {
        Path unpacked = TARGET.resolve("elasticsearch");
        // Two JVMs run tests at a time: the second waits for what the first unpacks.
        try (FileChannel file = FileChannel.open(
                        TARGET.resolve("elasticsearch.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = file.lock()) {
            if (!Files.exists(unpacked)) {
                Path partial = Files.createTempDirectory(TARGET, "unpacking");
                unpack(archive("elasticsearch.zip"), partial);
                Files.move(partial, unpacked);
            }
        }
        try (Stream<Path> content = Files.list(unpacked)) {
            return content.findFirst().orElseThrow();
        }
    }

    private static void unpack(Path archive, Path to) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = to.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(zip, file);
                    file.toFile().setExecutable(file.getParent().endsWith("bin"), true);
                }
            }
        }
    }

    private static void extract(Path archive, String name, Path to) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().equals(name)) {
                    try (InputStream content = zip) {
                        Files.copy(content, to);
                    }
                    to.toFile().setExecutable(true);
                    return;
                }
            }
        }
        throw new IOException(name + " is not in " + archive);
    }

    /** A stack of which nothing runs. */
    static StackAddress freeAddress() {
        // Below the range that the system hands out itself, so that nobody is given one of ours meanwhile.
        return IntStream.generate(() -> 20_000 + 14 * (int) (Math.random() * 500))
                .limit(200)
                .mapToObj(StackAddress::new)
                .filter(base -> Stream.of(
                                base.page(), base.elasticsearch(), base.elasticsearchTransport(), base.redis())
                        .allMatch(Stores::isFree))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(StackAddress.HOST))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
