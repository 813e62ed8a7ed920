package io.millrace.connect.configs.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.connect.configs.plan.OldOffsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the workers' compacted offsets topic for source connectors that do not exist: its keys are JSON lists of the
 * connector's name and the partition of its source, and a record without a value takes the offset away.
 */
final class OffsetReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Map<String, Object> properties;

    OffsetReader(Map<String, Object> consumerProperties) {
        this.properties = consumerProperties;
    }

    /** What the named connectors left in a topic. */
    Map<String, OldOffsets> read(Set<String> names, String topic) {
        Map<String, Map<String, Instant>> found = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<PartitionInfo> infos = consumer.listTopics(LIMIT).get(topic);
            if (infos == null) {
                return Map.of();
            }
            List<TopicPartition> partitions = infos.stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, LIMIT);
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))
                    && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(200)).forEach(row -> note(row, names, found));
            }
        }
        Map<String, OldOffsets> offsets = new HashMap<>();
        found.forEach((name, partitions) -> {
            if (!partitions.isEmpty()) {
                Optional<Instant> newest = partitions.values().stream().max(Instant::compareTo);
                offsets.put(name, new OldOffsets(partitions.size(), "topic " + topic, newest));
            }
        });
        return offsets;
    }

    private static void note(
            ConsumerRecord<byte[], byte[]> row, Set<String> names, Map<String, Map<String, Instant>> found) {
        if (row.key() == null) {
            return;
        }
        try {
            JsonNode key = JSON.readTree(new String(row.key(), java.nio.charset.StandardCharsets.UTF_8));
            String name = key.path(0).asText();
            if (!names.contains(name)) {
                return;
            }
            Map<String, Instant> partitions = found.computeIfAbsent(name, unseen -> new HashMap<>());
            if (row.value() == null) {
                partitions.remove(key.path(1).toString());
            } else {
                partitions.put(key.path(1).toString(), Instant.ofEpochMilli(row.timestamp()));
            }
        } catch (JsonProcessingException e) {
            // Not a key of Connect's own format: it is nobody's offset.
            return;
        }
    }
}
