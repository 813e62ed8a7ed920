package io.millrace.spark.serving;

import io.millrace.spark.support.Topology;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** What comes to a serving topic from now on, apart from what is there. */
final class WrittenRows {
    private final Topology topics;
    private final String topic;
    private final Map<Integer, Long> end = new TreeMap<>();

    WrittenRows(Topology topics, String topic) {
        this.topics = topics;
        this.topic = topic;
        topics.read(topic).forEach(row -> end.merge(row.partition(), row.offset() + 1, Math::max));
    }

    private List<Topology.Read> rows() {
        return topics.read(topic).stream()
                .filter(row -> row.offset() >= end.getOrDefault(row.partition(), 0L))
                .toList();
    }

    Map<String, GenericRecord> table() {
        Map<String, GenericRecord> table = new TreeMap<>();
        rows().forEach(row -> table.put(row.key(), row.value()));
        return table;
    }

    /** By key, as they stand in Kafka. */
    Map<String, String> bytes() {
        Map<String, String> bytes = new TreeMap<>();
        rows().forEach(row -> bytes.put(row.key(), Base64.getEncoder().encodeToString(row.bytes())));
        return bytes;
    }

    /** Rows as texts. @param but fields that are left out */
    static Map<String, String> texts(Map<String, GenericRecord> table, String... but) {
        Map<String, String> texts = new TreeMap<>();
        table.forEach((key, row) -> {
            Map<String, Object> fields = new TreeMap<>();
            for (Schema.Field field : row.getSchema().getFields()) {
                if (!List.of(but).contains(field.name())) {
                    fields.put(field.name(), sorted(row.get(field.pos())));
                }
            }
            texts.put(key, fields.toString());
        });
        return texts;
    }

    private static Object sorted(Object value) {
        return value instanceof Map<?, ?> map
                ? new TreeMap<>(map)
                : GenericData.get().toString(value);
    }
}
