package io.millrace.connect.configs.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.connect.configs.plan.LiveTopic;
import io.millrace.schemas.SchemaRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Writes topics and their schemas as contracts. */
final class ContractExport {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> SAID = Set.of("cleanup.policy", "retention.ms");

    private final Exported exported;
    private final String owner;
    private final Optional<SchemaRegistry> registry;
    private final Map<String, String> writers;

    /**
     * @param owner who answers for the topics, as far as is known
     * @param writers the connector that writes a topic, by topic
     */
    ContractExport(Exported exported, String owner, Optional<SchemaRegistry> registry, Map<String, String> writers) {
        this.exported = exported;
        this.owner = owner;
        this.registry = registry;
        this.writers = writers;
    }

    void add(String name, LiveTopic topic) {
        String cleanup = topic.settings().getOrDefault("cleanup.policy", "delete");
        if (!cleanup.equals("delete") && !cleanup.equals("compact")) {
            exported.warn("topic " + name + " is left out: its cleanup.policy is " + cleanup
                    + ", and a contract says either delete or compact");
            return;
        }
        Path folder = Path.of("contracts", name);
        Map<String, Object> contract = new LinkedHashMap<>();
        contract.put("description", "Topic " + name + ", as it was found.");
        contract.put("owner", owner);
        contract.put("written_by", writers.getOrDefault(name, "unknown"));
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("name", name);
        settings.put("partitions", topic.partitions());
        settings.put("replication", topic.replication());
        settings.put("cleanup", cleanup);
        retention(name, topic).ifPresent(time -> settings.put("retention", time));
        settings.put("key", "none");
        contract.put("topic", settings);
        registry.ifPresent(where -> schema(where, name, folder, contract));
        exported.file(folder.resolve("contract.yaml"), YamlText.of(contract));
        Set<String> unsaid = new TreeSet<>(topic.own());
        unsaid.removeAll(SAID);
        if (!unsaid.isEmpty()) {
            exported.warn("topic " + name + " has " + String.join(", ", unsaid)
                    + " of its own, which a contract does not say; they stay on the topic as they are");
        }
    }

    private void schema(SchemaRegistry where, String name, Path folder, Map<String, Object> contract) {
        String subject = name + "-value";
        Optional<SchemaRegistry.Version> newest = where.latest(subject);
        if (newest.isEmpty()) {
            return;
        }
        try {
            new Schema.Parser().setValidateDefaults(false).parse(newest.get().schema());
            exported.file(
                    folder.resolve("value.avsc"),
                    JSON.writerWithDefaultPrettyPrinter()
                            .writeValueAsString(JSON.readTree(newest.get().schema())));
            contract.put("compatibility", where.compatibility(subject).orElseGet(where::compatibility));
        } catch (AvroRuntimeException | JsonProcessingException e) {
            exported.warn("subject " + subject + " is left out: its newest version is not an Avro schema of its own");
        }
    }

    private Optional<String> retention(String name, LiveTopic topic) {
        if (!topic.own().contains("retention.ms")) {
            return Optional.empty();
        }
        long millis = Long.parseLong(topic.settings().get("retention.ms"));
        if (millis < 0) {
            exported.warn("topic " + name + " keeps its records for ever, which a contract does not say; it stays so");
            return Optional.empty();
        }
        return Optional.of(duration(Duration.ofMillis(millis)));
    }

    /** In the largest unit that it is a whole number of. */
    static String duration(Duration time) {
        long millis = time.toMillis();
        if (millis == 0 || millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
