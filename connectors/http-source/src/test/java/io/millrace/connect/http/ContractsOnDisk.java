package io.millrace.connect.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A folder of contracts that a test writes. */
final class ContractsOnDisk {
    private final Path folder;

    ContractsOnDisk(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    Path folder() {
        return folder;
    }

    /** Writes an event kind. A folder appears at once, and so does each changed file. */
    ContractsOnDisk kind(String topic, String key, String avro) throws IOException {
        return contract(topic, key, "http-source", avro);
    }

    ContractsOnDisk contract(String topic, String key, String writtenBy, String avro) throws IOException {
        Path contract = folder.resolve(topic);
        boolean first = Files.notExists(contract);
        Path target = first ? Files.createTempDirectory(folder.getParent(), "contract") : contract;
        write(
                target.resolve("contract.yaml"),
                """
                description: For a test.
                owner: tests
                written_by: %s
                topic: {name: %s, partitions: 1, replication: 1, cleanup: delete, key: "%s"}
                compatibility: BACKWARD
                """
                        .formatted(writtenBy, topic, key));
        write(target.resolve("value.avsc"), avro);
        if (first) {
            Files.move(target, contract, StandardCopyOption.ATOMIC_MOVE);
        }
        return this;
    }

    void remove(String topic) throws IOException {
        for (String file : List.of("contract.yaml", "value.avsc", "")) {
            Files.delete(folder.resolve(topic).resolve(file));
        }
    }

    /** A record schema with these fields. */
    static String record(String name, String... fields) {
        return "{\"type\":\"record\",\"name\":\"" + name + "\",\"namespace\":\"test.kinds\",\"fields\":["
                + String.join(",", fields) + "]}";
    }

    static String field(String name, String type) {
        return "{\"name\":\"" + name + "\",\"type\":" + type + "}";
    }

    static String optional(String name, String type) {
        return "{\"name\":\"" + name + "\",\"type\":[\"null\"," + type + "],\"default\":null}";
    }

    private void write(Path file, String text) throws IOException {
        Path part = Files.createTempFile(folder.getParent(), "part", "");
        Files.writeString(part, text);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
