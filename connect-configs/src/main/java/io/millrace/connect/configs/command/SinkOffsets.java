package io.millrace.connect.configs.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.NearestName;
import io.millrace.connect.configs.live.TopicReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Checks the offsets that somebody wants a sink to have. Kafka takes any number, and a consumer that finds no record there
 * begins anew without a word.
 */
final class SinkOffsets {
    private SinkOffsets() {}

    /** @throws DeclarationException when a partition does not exist or holds no such offset */
    static void require(JsonNode offsets, Admin admin) {
        Map<TopicPartition, Long> wanted = new HashMap<>();
        for (JsonNode entry : offsets.path("offsets")) {
            JsonNode partition = entry.path("partition");
            if (partition.has("kafka_topic") && entry.path("offset").has("kafka_offset")) {
                wanted.put(
                        new TopicPartition(
                                partition.path("kafka_topic").asText(),
                                partition.path("kafka_partition").asInt()),
                        entry.path("offset").path("kafka_offset").asLong());
            }
        }
        if (wanted.isEmpty()) {
            return;
        }
        Set<String> topics = TopicReader.get(
                "list the topics", "the brokers", admin.listTopics().names());
        wanted.keySet().forEach(partition -> {
            if (!topics.contains(partition.topic())) {
                throw new DeclarationException(
                        "there is no topic " + partition.topic() + NearestName.hint(partition.topic(), topics));
            }
        });
        Map<TopicPartition, Long> begins = offsets(admin, wanted, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = offsets(admin, wanted, OffsetSpec.latest());
        wanted.forEach((partition, offset) -> {
            if (offset < begins.get(partition) || offset > ends.get(partition)) {
                throw new DeclarationException("partition " + partition.partition() + " of " + partition.topic()
                        + " holds offsets " + begins.get(partition) + " to " + ends.get(partition) + ", not " + offset
                        + "; with that the connector would begin anew");
            }
        });
    }

    private static Map<TopicPartition, Long> offsets(Admin admin, Map<TopicPartition, Long> wanted, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> request = new HashMap<>();
        wanted.keySet().forEach(partition -> request.put(partition, spec));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        TopicReader.get(
                        "read the offsets of topics",
                        "the brokers",
                        admin.listOffsets(request).all())
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }
}
