package io.millrace.connect.http;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.Contract;
import io.millrace.schemas.SchemaRegistry;
import io.millrace.testing.Built;
import io.millrace.testing.Ports;
import io.millrace.testing.ServerProcess;
import java.io.IOException;
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
import org.apache.avro.Schema;

/** A schema registry, as a process of its own on a free port, with everything in its memory. */
final class LocalRegistry implements AutoCloseable {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port = Ports.free();
    private final SchemaRegistry client = new SchemaRegistry(url("/apis/ccompat/v7"));
    private final ServerProcess process;

    LocalRegistry(Path folder) throws IOException, InterruptedException {
        Path unpacked = Files.createDirectories(folder.resolve("registry"));
        Path archive = Built.archive("registry.tar.gz");
        ServerProcess.start(
                        folder.resolve("unpack.log"),
                        Map.of(),
                        List.of("tar", "xzf", archive.toAbsolutePath().toString(), "-C", unpacked.toString()))
                .awaitSuccess();
        Path runner;
        try (var files = Files.list(unpacked)) {
            runner = files.filter(file -> file.toString().endsWith("-runner.jar"))
                    .findFirst()
                    .orElseThrow();
        }
        process = ServerProcess.start(
                folder.resolve("registry.log"),
                Map.of(
                        "QUARKUS_HTTP_HOST", "127.0.0.1",
                        "QUARKUS_HTTP_PORT", Integer.toString(port),
                        "QUARKUS_MANAGEMENT_HOST", "127.0.0.1",
                        "QUARKUS_MANAGEMENT_PORT", Integer.toString(Ports.free()),
                        "QUARKUS_HTTP_ACCESS_LOG_ENABLED", "false"),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        "-jar",
                        runner.toString()));
        await().atMost(Duration.ofSeconds(90))
                .ignoreExceptions()
                .until(() -> get("/apis/ccompat/v7/subjects").statusCode() == 200);
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** Registers a contract's schema as the rest of Millrace does before anybody writes. */
    void register(Contract contract) {
        client.register(contract.valueSubject(), contract.requireValue());
        client.setCompatibility(contract.valueSubject(), contract.compatibility());
    }

    Schema schema(int id) {
        return client.schema(id).orElseThrow();
    }

    /** The versions of a subject; empty when there is no such subject. */
    List<Integer> versions(String subject) throws IOException, InterruptedException {
        JsonNode answer = new ObjectMapper()
                .readTree(get("/apis/ccompat/v7/subjects/" + subject + "/versions")
                        .body());
        List<Integer> versions = new ArrayList<>();
        if (answer.isArray()) {
            answer.forEach(version -> versions.add(version.asInt()));
        }
        return versions;
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(url(path)))
                        .timeout(Duration.ofSeconds(5))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
