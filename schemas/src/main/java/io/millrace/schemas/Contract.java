package io.millrace.schemas;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * What is promised about one topic.
 *
 * @param topic how the topic has to exist
 * @param value the Avro schema of its values; empty where another system owns the schema, as Debezium does for a table
 * @param compatibility the registry's compatibility mode for the value subject, such as {@code BACKWARD}
 * @param description what the topic carries, in one sentence
 * @param owner the team that answers for it
 * @param writtenBy the one part that writes it
 * @param readBy the parts that read it, in the order of the file
 * @param event what makes it an event kind; empty when it is none
 * @param lateData what becomes of events far from the time at which they were received; never null
 * @param quality what is expected of its records as a whole; never null
 */
public record Contract(
        TopicSpec topic,
        Optional<Schema> value,
        String compatibility,
        String description,
        String owner,
        String writtenBy,
        List<String> readBy,
        Optional<EventSpec> event,
        LateData lateData,
        Quality quality) {

    public Contract {
        readBy = List.copyOf(readBy);
    }

    /**
     * Reads one contract from the folder that holds its {@code contract.yaml}.
     *
     * @throws ContractException when it cannot be read, with the file and the reason
     */
    public static Contract read(Path folder) {
        return ContractFile.read(folder);
    }

    /**
     * The compatibility mode of the contract in a folder, which can be told also while other parts of the contract are
     * wrong.
     *
     * @throws ContractException when the file cannot be read
     */
    public static String compatibilityOf(Path folder) {
        return ContractFile.compatibilityOf(folder);
    }

    /** Name of the contract, which is the name of its topic. */
    public String name() {
        return topic.name();
    }

    /** The subject under which the value schema is registered. */
    public String valueSubject() {
        return topic.name() + "-value";
    }

    /** Whether its records are events: taken at the HTTP edge, kept in the lake and counted per minute. */
    public boolean isEventKind() {
        return event.isPresent();
    }

    /**
     * The value schema.
     *
     * @throws ContractException when this contract carries none
     */
    public Schema requireValue() {
        return value.orElseThrow(() -> new ContractException("contract " + name() + " has no value.avsc"));
    }
}
