package io.millrace.spark.support;

import io.millrace.testing.Built;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A real schema registry on a free port. It forgets everything when it ends. */
public final class Registry implements AutoCloseable {
    private final ServerProcess process;
    private final String url;

    private Registry(Path folder) throws IOException {
        int port = Ports.free();
        url = "http://127.0.0.1:" + port + "/apis/ccompat/v7";
        process = start(folder, port);
    }

    /** Starts it and waits until it answers. */
    public static Registry start(Path folder) {
        Registry registry = starting(folder);
        registry.await();
        return registry;
    }

    /** Starts it; to be {@linkplain #await awaited}. */
    static Registry starting(Path folder) {
        try {
            return new Registry(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void await() {
        process.await(Duration.ofSeconds(180), this::answers);
    }

    /** Where it speaks Confluent's protocol. */
    public String url() {
        return url;
    }

    private static ServerProcess start(Path folder, int port) throws IOException {
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
        ProcessBuilder builder = Broker.java(
                Broker.SMALL,
                List.of(
                        "-Xmx256m",
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        "-jar",
                        runner.toString()));
        builder.environment()
                .putAll(Map.of(
                        "QUARKUS_HTTP_HOST", "127.0.0.1",
                        "QUARKUS_HTTP_PORT", Integer.toString(port),
                        "QUARKUS_MANAGEMENT_HOST", "127.0.0.1",
                        "QUARKUS_MANAGEMENT_PORT", Integer.toString(Ports.free()),
                        "QUARKUS_HTTP_ACCESS_LOG_ENABLED", "false"));
        return ServerProcess.start(log, builder);
    }

    private boolean answers() {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/subjects"))
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

    @Override
    public void close() {
        process.close();
    }
}
