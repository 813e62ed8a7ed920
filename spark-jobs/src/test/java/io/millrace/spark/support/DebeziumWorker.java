package io.millrace.spark.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.testing.Built;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A real Connect worker with Debezium and the product's converter. It can be killed and started again. */
public final class DebeziumWorker implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = Ports.free();
    private final Path folder;
    private final Servers servers;
    private ServerProcess process;

    private DebeziumWorker(Path folder, Servers servers) throws IOException {
        this.folder = Files.createDirectories(folder.resolve("connect"));
        this.servers = servers;
        Path plugins = Files.createDirectories(this.folder.resolve("plugins"));
        ServerProcess unpack = ServerProcess.start(
                log(),
                new ProcessBuilder(
                        "tar", "xzf", Built.archive("debezium-postgres.tar.gz").toString(), "-C", plugins.toString()));
        if (unpack.waitFor() != 0) {
            throw new IllegalStateException("cannot unpack Debezium:\n" + unpack.tail());
        }
        Files.writeString(this.folder.resolve("worker.properties"), settings(plugins));
    }

    public static DebeziumWorker start(Path folder, Servers servers) throws IOException {
        DebeziumWorker worker = new DebeziumWorker(folder, servers);
        worker.start();
        return worker;
    }

    /** Starts it, for the first time or after a kill, and waits until it answers. */
    public void start() {
        process = ServerProcess.start(
                log(),
                new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        Built.kafkaClassPath(),
                        "org.apache.kafka.connect.cli.ConnectDistributed",
                        folder.resolve("worker.properties").toString())));
        process.await(
                Duration.ofSeconds(120), () -> request("GET", "/connectors", "").isArray());
    }

    public ServerProcess process() {
        return process;
    }

    public Path log() {
        return folder.resolve("worker.log");
    }

    /** A connector that captures a whole database as the shop's does. */
    public void capture(String database, Postgres postgres, Map<String, String> more) {
        Map<String, String> config = new LinkedHashMap<>();
        config.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        config.put("tasks.max", "1");
        config.put("database.hostname", "127.0.0.1");
        config.put("database.port", Integer.toString(postgres.port()));
        config.put("database.dbname", database);
        config.put("database.user", "postgres");
        config.put("topic.prefix", "cdc." + database);
        config.put("plugin.name", "pgoutput");
        config.put("slot.name", "millrace_" + database);
        config.put("publication.name", "millrace_" + database);
        config.put("publication.autocreate.mode", "disabled");
        config.put("snapshot.mode", "initial");
        config.put("offset.mismatch.strategy", "trust_offset");
        config.put("poll.interval.ms", "50");
        config.put("decimal.handling.mode", "precise");
        config.put("schema.name.adjustment.mode", "avro");
        config.put("field.name.adjustment.mode", "avro");
        config.put("exactly.once.support", "required");
        config.put("transaction.boundary", "poll");
        config.put("topic.creation.default.partitions", "1");
        config.put("topic.creation.default.replication.factor", "1");
        for (String converter : List.of("key.converter", "value.converter")) {
            config.put(converter, "io.apicurio.registry.utils.converter.AvroConverter");
            String prefix = converter + ".apicurio.registry.";
            config.put(prefix + "url", servers.registryUrl().replace("/apis/ccompat/v7", "/apis/registry/v2"));
            config.put(prefix + "auto-register", "true");
            config.put(prefix + "as-confluent", "true");
            config.put(prefix + "use-id", "contentId");
            config.put(prefix + "headers.enabled", "false");
            config.put(prefix + "find-latest", "false");
        }
        config.putAll(more);
        request("PUT", "/connectors/" + database + "/config", text(config));
        awaitRunning(database);
    }

    /** Waits until the task runs; fails with its trace when it has failed. */
    public void awaitRunning(String connector) {
        Awaitility.await().atMost(Duration.ofSeconds(120)).until(() -> {
            JsonNode task = request("GET", "/connectors/" + connector + "/status", "")
                    .path("tasks")
                    .path(0);
            if (task.path("state").asText().equals("FAILED")) {
                throw new IllegalStateException(task.path("trace").asText());
            }
            return task.path("state").asText().equals("RUNNING");
        });
    }

    /** The trace of a failed task; empty while it runs. */
    public String failure(String connector) {
        return request("GET", "/connectors/" + connector + "/status", "")
                .findPath("trace")
                .asText("");
    }

    private static String text(Map<String, String> config) {
        try {
            return JSON.writeValueAsString(config);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode request(String method, String path, String body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .header("Content-Type", "application/json")
                    .timeout(Duration.ofSeconds(60))
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (method.equals("PUT") && answer.statusCode() >= 300) {
                throw new IllegalStateException(answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            return JSON.missingNode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String settings(Path plugins) {
        return """
                bootstrap.servers=%1$s
                group.id=millrace-connect
                listeners=http://127.0.0.1:%2$d
                plugin.path=%3$s,%4$s
                plugin.discovery=service_load
                key.converter=org.apache.kafka.connect.storage.StringConverter
                value.converter=org.apache.kafka.connect.storage.StringConverter
                config.storage.topic=connect-configs
                config.storage.replication.factor=1
                offset.storage.topic=connect-offsets
                offset.storage.replication.factor=1
                offset.storage.partitions=1
                status.storage.topic=connect-status
                status.storage.replication.factor=1
                status.storage.partitions=1
                offset.flush.interval.ms=500
                exactly.once.source.support=enabled
                topic.creation.enable=true
                scheduled.rebalance.max.delay.ms=0
                session.timeout.ms=30000
                heartbeat.interval.ms=3000
                producer.transaction.timeout.ms=60000
                """
                .formatted(servers.bootstrapServers(), port, plugins, Built.plugin("avro-converter"));
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
