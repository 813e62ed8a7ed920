package io.millrace.connect.configs.cdc.onboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.SchemaRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;

/** What Debezium tells about snapshots, from the topic of one capture's notifications. */
public final class Notifications {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaTopics kafka;
    private final Optional<SchemaRegistry> registry;
    private final String topic;

    public Notifications(KafkaTopics kafka, Optional<SchemaRegistry> registry, String topic) {
        this.kafka = kafka;
        this.registry = registry;
        this.topic = topic;
    }

    /**
     * One notification.
     *
     * @param kind such as {@code Initial Snapshot}
     * @param type such as {@code STARTED}
     * @param data what it says beyond that
     * @param timestamp when, in milliseconds since 1970
     */
    public record Notification(String kind, String type, Map<String, String> data, long timestamp) {}

    /** A snapshot as far as it was told. */
    public record Snapshot(Map<String, Long> rows, boolean isCompleted, Optional<String> failure) {}

    /** All of them, the oldest first; what cannot be read is left out. */
    public List<Notification> all() {
        List<Notification> all = new ArrayList<>();
        kafka.read(topic, record -> {
            if (record.value() != null) {
                parse(record.value(), record.timestamp()).ifPresent(all::add);
            }
        });
        return all;
    }

    /**
     * The newest snapshot of a kind.
     *
     * @param kind {@code Initial Snapshot} or {@code Incremental Snapshot}
     * @param skip how many notifications there were before it was asked for
     */
    public Snapshot snapshot(String kind, long skip) {
        Map<String, Long> rows = new LinkedHashMap<>();
        boolean completed = false;
        Optional<String> failure = Optional.empty();
        for (Notification one : all().stream()
                .skip(skip)
                .filter(some -> some.kind().equals(kind))
                .toList()) {
            switch (one.type()) {
                case "STARTED" -> {
                    rows.clear();
                    completed = false;
                    failure = Optional.empty();
                }
                case "COMPLETED", "SKIPPED" -> completed = true;
                case "ABORTED" -> failure = Optional.of("the snapshot was aborted");
                case "TABLE_SCAN_COMPLETED" ->
                    rows.put(
                            one.data()
                                    .getOrDefault("scanned_collection", "?")
                                    .replaceFirst("^[^.]*\\.(?=[^.]*\\.)", ""),
                            Long.parseLong(one.data().getOrDefault("total_rows_scanned", "0")));
                default -> {
                    // How far a table is, which the next one or the end tells as well.
                }
            }
        }
        return new Snapshot(rows, completed, failure);
    }

    private Optional<Notification> parse(byte[] value, long recordTime) {
        try {
            return value.length > 5 && value[0] == 0 ? avro(value, recordTime) : json(value, recordTime);
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private Optional<Notification> json(byte[] value, long recordTime) throws IOException {
        JsonNode root = JSON.readTree(value);
        JsonNode body = root.has("payload") ? root.path("payload") : root;
        Map<String, String> data = new LinkedHashMap<>();
        body.path("additional_data")
                .properties()
                .forEach(one -> data.put(one.getKey(), one.getValue().asText()));
        return Optional.of(new Notification(
                body.path("aggregate_type").asText(), body.path("type").asText(), data, recordTime));
    }

    private Optional<Notification> avro(byte[] value, long recordTime) throws IOException {
        int id = ByteBuffer.wrap(value, 1, 4).getInt();
        Optional<Schema> schema = registry.flatMap(one -> one.schema(id));
        if (schema.isEmpty()) {
            return Optional.empty();
        }
        GenericRecord record = new GenericDatumReader<GenericRecord>(schema.get())
                .read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
        Map<String, String> data = new LinkedHashMap<>();
        if (record.get("additional_data") instanceof Map<?, ?> map) {
            map.forEach((key, one) -> data.put(key.toString(), String.valueOf(one)));
        }
        return Optional.of(new Notification(
                String.valueOf(record.get("aggregate_type")), String.valueOf(record.get("type")), data, recordTime));
    }
}
