package io.millrace.connect.configs.servers;

import static org.awaitility.Awaitility.await;

import io.millrace.schemas.RegistryException;
import io.millrace.schemas.SchemaRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A schema registry on a free port, in a process of its own; it forgets everything when it ends. */
public final class RegistryServer implements AutoCloseable {
    private final int port = Runtimes.freePort();
    private final ServerProcess process;

    public RegistryServer(Path parent) throws Exception {
        Path folder = Files.createDirectories(parent.resolve("registry"));
        Process tar = new ProcessBuilder(
                        "tar", "xzf", Runtimes.archive("registry.tar.gz").toString(), "-C", folder.toString())
                .inheritIO()
                .start();
        if (tar.waitFor() != 0) {
            throw new IOException("cannot unpack the registry");
        }
        Path runner;
        try (Stream<Path> files = Files.walk(folder)) {
            runner = files.filter(file -> file.getFileName().toString().endsWith("-runner.jar"))
                    .findFirst()
                    .orElseThrow();
        }
        process = ServerProcess.start(
                folder,
                "registry",
                Map.of(
                        "QUARKUS_HTTP_HOST", "127.0.0.1",
                        "QUARKUS_HTTP_PORT", Integer.toString(port),
                        "QUARKUS_MANAGEMENT_HOST", "127.0.0.1",
                        "QUARKUS_MANAGEMENT_PORT", Integer.toString(Runtimes.freePort()),
                        "QUARKUS_HTTP_ACCESS_LOG_ENABLED", "false"),
                List.of("-Djava.util.logging.manager=org.jboss.logmanager.LogManager", "-jar", runner.toString()));
        await().atMost(Duration.ofSeconds(120))
                .ignoreExceptionsInstanceOf(RegistryException.class)
                .until(() -> {
                    process.requireAlive();
                    return !client().compatibility().isEmpty();
                });
    }

    public String url() {
        return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
    }

    public SchemaRegistry client() {
        return new SchemaRegistry(url());
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
