package io.millrace.tests;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A copy of the project's contracts that a test may change. */
record Contracts(Path folder) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Copies what is not there yet, so that several tests go on from one another. */
    static Contracts copiedTo(Path folder) throws IOException {
        Path source = LocalStack.repositoryRoot().resolve("schemas/contracts");
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Path target = folder.resolve(source.relativize(file).toString());
                if (!Files.exists(target)) {
                    Files.copy(file, target);
                }
            }
        }
        return new Contracts(folder);
    }

    void add(String topic, String contract, String schema) throws IOException {
        Path kind = Files.createDirectory(folder.resolve(topic));
        Files.writeString(kind.resolve("contract.yaml"), contract);
        Files.writeString(kind.resolve("value.avsc"), schema);
    }

    /** Adds it in the middle, where whoever goes by position would stumble. */
    void addOptionalField(String topic, String name) throws IOException {
        Path file = folder.resolve(topic).resolve("value.avsc");
        ObjectNode schema = (ObjectNode) JSON.readTree(file.toFile());
        ObjectNode field = JSON.createObjectNode().put("name", name);
        field.putArray("type").add("null").add("string");
        field.putNull("default");
        ((ArrayNode) schema.get("fields")).insert(3, field);
        JSON.writeValue(file.toFile(), schema);
    }
}
