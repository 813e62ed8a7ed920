package io.millrace.connect.configs.command;

import io.millrace.connect.configs.command.ControlTool.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files of one test: a contract, a file source that writes its topic, a file sink that reads it, an environment. */
final class ControlFiles {
    final String id;
    final String topic;
    final String sink;
    final String source;
    private final Path root;
    private final String registry;

    ControlFiles(Path root, String id, String connect, String bootstrap, String registry) throws IOException {
        this.root = root;
        this.id = id;
        this.registry = registry;
        topic = id + ".events";
        sink = id + "-sink";
        source = id + "-source";
        environment(connect, bootstrap);
        write(
                "contracts/" + topic + "/contract.yaml",
                """
                description: Events of a test.
                owner: tests
                written_by: tests
                topic: {name: %s, partitions: 2, replication: 1, cleanup: delete, retention: 1d, key: id}
                compatibility: BACKWARD
                """
                        .formatted(topic));
        schema("{\"name\": \"id\", \"type\": \"string\"}");
        write("input.txt", "one\ntwo\n");
        source(Map.of());
        sink(Map.of());
    }

    Result run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--env", id));
        return ControlTool.run(root, all.toArray(String[]::new));
    }

    void source(Map<String, String> more) throws IOException {
        Map<String, String> config = new TreeMap<>(more);
        config.putIfAbsent("tasks.max", "1");
        config.put("file", root.resolve("input.txt").toString());
        config.put("topic", topic);
        write(
                "connectors/" + source + ".json",
                json(source, "org.apache.kafka.connect.file.FileStreamSourceConnector", config));
    }

    void sink(Map<String, String> more) throws IOException {
        write("connectors/" + sink + ".json", connector(sink, more));
    }

    String connector(String name, Map<String, String> more) {
        return json(name, "org.apache.kafka.connect.file.FileStreamSinkConnector", config(more));
    }

    Map<String, String> config(Map<String, String> more) {
        Map<String, String> config = new TreeMap<>(
                Map.of("topics", topic, "file", root.resolve("out.txt").toString()));
        config.put("connector.class", "org.apache.kafka.connect.file.FileStreamSinkConnector");
        config.putAll(more);
        return config;
    }

    /** The given keys come last, each on a line of its own. */
    private static String json(String name, String plugin, Map<String, String> config) {
        List<String> first = List.of("connector.class", "file", "tasks.max", "topic", "topics");
        List<String> lines = new ArrayList<>();
        lines.add("    \"connector.class\": \"" + plugin + "\"");
        first.stream()
                .skip(1)
                .filter(config::containsKey)
                .forEach(key -> lines.add("    \"" + key + "\": \"" + config.get(key) + "\""));
        while (lines.size() < 4) {
            lines.add("    \"errors.log.enable\": \"false\"");
        }
        config.forEach((key, value) -> {
            if (!first.contains(key)) {
                lines.add("    \"" + key + "\": \"" + value + "\"");
            }
        });
        return "{\n  \"name\": \"" + name + "\",\n  \"config\": {\n" + String.join(",\n", lines) + "\n  }\n}\n";
    }

    void schema(String fields) throws IOException {
        write(
                "contracts/" + topic + "/value.avsc",
                "{\"type\": \"record\", \"name\": \"Event\", \"namespace\": \"tests\", \"fields\": [" + fields + "]}");
    }

    void environment(String connect, String bootstrap) throws IOException {
        write(
                "environments/" + id + ".yaml",
                """
                name: %1$s
                owner: %1$s
                connect: {url: "%2$s"}
                kafka: {bootstrap: "%3$s"}
                registry: {url: "%4$s"}
                publish_contracts: ../published
                """
                        .formatted(id, connect, bootstrap, registry));
    }

    void write(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
