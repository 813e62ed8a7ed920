package io.millrace.spark.support;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.Schema;
import org.apache.commons.io.FileUtils;

/** A folder of contracts that a test may change: at first those that Millrace ships. */
public final class ContractsCopy {
    private static final Path SHIPPED = Path.of("..", "schemas", "contracts");

    private final Path folder;

    public ContractsCopy(Path folder) {
        this.folder = folder;
        try {
            FileUtils.copyDirectory(SHIPPED.toFile(), folder.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path folder() {
        return folder;
    }

    public Catalogue catalogue() {
        return Catalogue.read(folder);
    }

    public Schema schema(String topic) {
        return catalogue().require(topic).requireValue();
    }

    /** Takes away every kind of events but web events. */
    public void removeKinds() {
        for (Contract kind : catalogue().eventKinds()) {
            if (!kind.name().equals("web.events")) {
                FileUtils.deleteQuietly(folder.resolve(kind.name()).toFile());
            }
        }
    }

    /**
     * Adds a kind of events.
     *
     * @param more further lines of its contract.yaml
     */
    public void addKind(String topic, String schema, String... more) {
        add(
                topic,
                schema,
                "written_by: http-source",
                "topic: {name: " + topic
                        + ", partitions: 2, replication: 1, cleanup: delete, retention: 7d, key: none}",
                String.join("\n", more));
    }

    /** Adds a topic of serving rows. */
    public void addServing(String topic, String schema, String key) {
        add(
                topic,
                schema,
                "written_by: 'spark: test'",
                "topic: {name: " + topic + ", partitions: 2, replication: 1, cleanup: compact, key: " + key + "}");
    }

    private void add(String topic, String schema, String... lines) {
        Path contract = folder.resolve(topic);
        File staging = folder.resolveSibling("staging").toFile();
        try {
            FileUtils.forceMkdir(staging);
            Files.writeString(staging.toPath().resolve("value.avsc"), schema);
            Files.writeString(
                    staging.toPath().resolve("contract.yaml"),
                    String.join(
                            "\n",
                            "description: Something that happens.",
                            "owner: test",
                            "compatibility: BACKWARD",
                            String.join("\n", lines)));
            // A test may have its own idea of a kind that ships.
            FileUtils.deleteDirectory(contract.toFile());
            FileUtils.moveDirectory(staging, contract.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a field before another one of a contract's schema. */
    public void addField(String topic, String before, String field) {
        Path file = folder.resolve(topic).resolve("value.avsc");
        try {
            String old = Files.readString(file);
            String changed = old.replaceFirst("\\{\\s*\"name\":\\s*\"" + before + "\"", field + ", $0");
            if (changed.equals(old)) {
                throw new IllegalArgumentException(topic + " has no field " + before);
            }
            write(file, changed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file of a contract as one step, so that nobody sees half of it. */
    public void write(Path file, String text) {
        try {
            Path whole = Files.writeString(folder.resolveSibling("whole"), text);
            Files.move(whole, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
