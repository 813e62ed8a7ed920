package io.millrace.connect.configs.servers;

import static org.awaitility.Awaitility.await;

import io.millrace.connect.configs.ConnectAddress;
import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.Patience;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A distributed Connect worker on a free port, in a process of its own, with Kafka's file connectors. */
public final class ConnectWorker implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private final int port = Runtimes.freePort();
    private final ServerProcess process;

    private ConnectWorker(
            Path parent,
            KafkaServer kafka,
            String protocol,
            String extra,
            Map<String, String> environment,
            String options)
            throws IOException {
        Path folder = Files.createDirectories(parent.resolve("connect-" + port));
        Path plugin = Files.createDirectories(folder.resolve("plugins").resolve("file"));
        Path jar = Runtimes.jar("connect-file");
        Files.copy(jar, plugin.resolve(jar.getFileName()));
        Path settings = folder.resolve("worker.properties");
        Files.writeString(settings, properties(kafka, protocol, plugin.getParent()) + extra);
        List<String> arguments = new java.util.ArrayList<>();
        if (!options.isEmpty()) {
            arguments.add(options);
        }
        arguments.addAll(List.of(
                "-cp",
                Runtimes.kafka() + File.pathSeparator + Runtimes.jar("connect-basic-auth-extension"),
                "org.apache.kafka.connect.cli.ConnectDistributed",
                settings.toString()));
        process = ServerProcess.start(folder, "worker", environment, arguments);
    }

    /** A worker without TLS and authentication, started. {@code SECRET_FROM_ENV} is in its environment. */
    public static ConnectWorker start(Path folder, KafkaServer kafka) throws IOException {
        ConnectWorker worker =
                new ConnectWorker(folder, kafka, "http", "", Map.of("SECRET_FROM_ENV", "resolved-by-the-worker"), "");
        worker.awaitReady(worker.client());
        return worker;
    }

    /**
     * A worker behind TLS, starting; {@link #awaitReady} says when it is there.
     *
     * @param extra further worker settings, one per line
     * @param options one JVM option, such as the file with who may log in
     */
    public static ConnectWorker secured(Path folder, KafkaServer kafka, String extra, String options)
            throws IOException {
        return new ConnectWorker(folder, kafka, "https", extra, Map.of(), options);
    }

    public void awaitReady(ConnectClient client) {
        await().atMost(START_LIMIT)
                .ignoreExceptionsInstanceOf(io.millrace.connect.configs.ConnectRestException.class)
                .until(() -> {
                    process.requireAlive();
                    return client.connectors() != null && client.isHealthy();
                });
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public ConnectClient client() {
        return new ConnectClient(ConnectAddress.of(url()), Patience.of(Duration.ofSeconds(30)));
    }

    public String log() throws IOException {
        return process.log();
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }

    private String properties(KafkaServer kafka, String protocol, Path plugins) {
        return """
                bootstrap.servers=%1$s
                group.id=workers-%2$d
                listeners=%4$s://127.0.0.1:%2$d
                plugin.path=%3$s
                plugin.discovery=service_load
                key.converter=org.apache.kafka.connect.storage.StringConverter
                value.converter=org.apache.kafka.connect.storage.StringConverter
                config.providers=env
                config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider
                config.storage.topic=connect-configs
                config.storage.replication.factor=1
                offset.storage.topic=connect-offsets
                offset.storage.replication.factor=1
                offset.storage.partitions=1
                status.storage.topic=connect-status
                status.storage.replication.factor=1
                status.storage.partitions=1
                offset.flush.interval.ms=500
                scheduled.rebalance.max.delay.ms=0
                consumer.metadata.max.age.ms=1000
                """
                .formatted(kafka.bootstrap(), port, plugins, protocol);
    }
}
