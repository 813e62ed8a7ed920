package io.millrace.testing;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A distributed Connect worker with given plugin directories, on a free port. It can be killed and started again. A source
 * that comes back after a kill can only go on when its open transaction has timed out, hence the short timeouts.
 */
public final class ConnectWorker implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Duration TASK_LIMIT = Duration.ofSeconds(120);
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port = Ports.free();
    private final Path folder;
    private final Options options;
    private ServerProcess process;

    /**
     * What a worker runs with.
     *
     * @param classPath of the worker: {@link Built#kafkaClassPath()}, or that of another version of Kafka Connect
     * @param plugins folders that hold plugin directories
     * @param settings that are added to, or replace, the worker's
     * @param jvm options of the JVM
     */
    public record Options(
            String classPath,
            List<Path> plugins,
            Map<String, String> settings,
            Map<String, String> environment,
            List<String> jvm) {

        /** The product's own worker with some plugins. */
        public static Options plugins(Path... folders) {
            return new Options(
                    Built.kafkaClassPath(),
                    List.of(folders),
                    Map.of(),
                    Map.of(),
                    List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        }

        public Options with(Map<String, String> moreSettings) {
            Map<String, String> all = new LinkedHashMap<>(settings);
            all.putAll(moreSettings);
            return new Options(classPath, plugins, all, environment, jvm);
        }

        public Options withEnvironment(Map<String, String> variables) {
            return new Options(classPath, plugins, settings, variables, jvm);
        }

        public Options withJvm(String... jvmOptions) {
            return new Options(classPath, plugins, settings, environment, List.of(jvmOptions));
        }

        public Options onClassPath(String other) {
            return new Options(other, plugins, settings, environment, jvm);
        }
    }

    private ConnectWorker(Path parent, KafkaServer kafka, Options options) throws IOException {
        this.options = options;
        folder = Files.createDirectories(parent.resolve("connect-" + port).toAbsolutePath());
        Files.writeString(folder.resolve("worker.properties"), properties(kafka));
    }

    /** A worker that answers. */
    public static ConnectWorker start(Path parent, KafkaServer kafka, Options options) throws IOException {
        ConnectWorker worker = new ConnectWorker(parent, kafka, options);
        worker.start();
        return worker;
    }

    /** Starts it, for the first time or again, and waits until it answers. */
    public void start() {
        process = ServerProcess.java(
                folder,
                "worker",
                options.environment(),
                options.classPath(),
                options.jvm(),
                List.of(
                        "org.apache.kafka.connect.cli.ConnectDistributed",
                        folder.resolve("worker.properties").toString()));
        await().atMost(START_LIMIT)
                .ignoreExceptionsMatching(e -> process.isAlive())
                .until(() -> {
                    process.requireAlive();
                    return request("GET", "/connectors", "").statusCode() == 200;
                });
    }

    /** The process, to be killed, paused or ended. */
    public ServerProcess process() {
        return process;
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public HttpResponse<String> request(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Creates or changes a connector and waits until as many tasks run as {@code tasks.max} allows, at least one. */
    public void run(String name, Map<String, String> config) throws IOException, InterruptedException {
        declare(name, config);
        awaitRunning(name);
    }

    /** Creates or changes a connector; throws with Connect's answer when it refuses. */
    public void declare(String name, Map<String, String> config) throws IOException, InterruptedException {
        String body = JSON.writeValueAsString(config);
        HttpResponse<String> answer = settled("PUT", "/connectors/" + name + "/config", body);
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(name + " was refused: " + answer.body());
        }
    }

    /** Waits until the connector and every task of it, at least one, is RUNNING; throws with the trace when one fails. */
    public void awaitRunning(String name) {
        await().atMost(TASK_LIMIT).until(() -> {
            JsonNode status = status(name);
            String states = taskStates(status).toString();
            if (states.contains("FAILED")) {
                throw new IllegalStateException(name + " failed: " + status.toPrettyString());
            }
            return !taskStates(status).isEmpty()
                    && taskStates(status).stream().allMatch("RUNNING"::equals)
                    && status.path("connector").path("state").asText().equals("RUNNING");
        });
    }

    /** State of each task; empty while there is none. */
    public List<String> taskStates(String name) throws IOException, InterruptedException {
        return taskStates(status(name));
    }

    /** What {@code GET /connectors/NAME/status} says; an empty object while Connect cannot tell. */
    public JsonNode status(String name) throws IOException, InterruptedException {
        HttpResponse<String> answer = request("GET", "/connectors/" + name + "/status", "");
        return answer.statusCode() == 200 ? JSON.readTree(answer.body()) : JSON.createObjectNode();
    }

    public void delete(String name) throws IOException, InterruptedException {
        settled("DELETE", "/connectors/" + name, "");
    }

    /** Answers to a change when the worker is not in a rebalance; 409, and 500 with the word rebalance, are waited for. */
    public HttpResponse<String> settled(String method, String path, String body) {
        return await().atMost(TASK_LIMIT)
                .until(
                        () -> request(method, path, body),
                        answer -> answer.statusCode() != 409
                                && !(answer.statusCode() == 500 && answer.body().contains("rebalance")));
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null) {
            process.close();
        }
    }

    private static List<String> taskStates(JsonNode status) {
        List<String> states = new ArrayList<>();
        status.path("tasks").forEach(task -> states.add(task.path("state").asText()));
        return states;
    }

    private String properties(KafkaServer kafka) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("bootstrap.servers", kafka.bootstrap());
        all.put("group.id", "workers-" + port);
        all.put("listeners", "http://127.0.0.1:" + port);
        all.put(
                "plugin.path",
                options.plugins().stream()
                        .map(path -> path.toAbsolutePath().normalize().toString())
                        .collect(Collectors.joining(",")));
        all.put("plugin.discovery", "service_load");
        all.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
        all.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
        all.put("value.converter.schemas.enable", "false");
        for (String storage : List.of("config", "offset", "status")) {
            all.put(storage + ".storage.topic", "connect-" + storage + "-" + port);
            all.put(storage + ".storage.replication.factor", "1");
        }
        all.put("offset.storage.partitions", "1");
        all.put("status.storage.partitions", "1");
        all.put("offset.flush.interval.ms", "500");
        all.put("scheduled.rebalance.max.delay.ms", "0");
        all.put("session.timeout.ms", "6000");
        all.put("heartbeat.interval.ms", "2000");
        all.put("consumer.metadata.max.age.ms", "1000");
        // More than the session: when Kafka was away for less, the transactions of living tasks are still open.
        all.put("producer.transaction.timeout.ms", "8000");
        all.putAll(options.settings());
        return all.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                .collect(Collectors.joining());
    }

    /** What the worker has logged. */
    public String log() {
        try {
            return Files.readString(folder.resolve("worker.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
