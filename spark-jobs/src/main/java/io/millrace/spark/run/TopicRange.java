package io.millrace.spark.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Which records of a topic a bounded run reads. Immutable.
 *
 * @param from partition -> first offset
 * @param to partition -> the offset behind the last one
 */
public record TopicRange(Map<Integer, Long> from, Map<Integer, Long> to) {
    /** Of a topic that does not exist. */
    static final TopicRange NOTHING = new TopicRange(Map.of(), Map.of());

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Everything that is committed now; {@link #NOTHING} when there is no such topic.
     *
     * @param notBefore records that came to Kafka before are not needed; empty: all are
     */
    static TopicRange now(Consumer<?, ?> consumer, String topic, Optional<Instant> notBefore) {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic);
        if (partitions == null || partitions.isEmpty()) {
            return NOTHING;
        }
        List<TopicPartition> all = partitions.stream()
                .map(each -> new TopicPartition(topic, each.partition()))
                .toList();
        Map<TopicPartition, Long> first = consumer.beginningOffsets(all);
        Map<TopicPartition, Long> last = consumer.endOffsets(all);
        Map<Integer, Long> from = new TreeMap<>();
        Map<Integer, Long> to = new TreeMap<>();
        all.forEach(partition -> {
            from.put(partition.partition(), first.get(partition));
            to.put(partition.partition(), Math.max(first.get(partition), last.get(partition)));
        });
        notBefore.ifPresent(time -> {
            Map<TopicPartition, Long> wanted = new java.util.HashMap<>();
            all.forEach(partition -> wanted.put(partition, time.toEpochMilli()));
            for (Map.Entry<TopicPartition, OffsetAndTimestamp> found :
                    consumer.offsetsForTimes(wanted).entrySet()) {
                int partition = found.getKey().partition();
                // None: every record is older.
                long offset = found.getValue() == null
                        ? to.get(partition)
                        : found.getValue().offset();
                from.put(partition, Math.min(to.get(partition), Math.max(from.get(partition), offset)));
            }
        });
        return new TopicRange(from, to);
    }

    /** The same. @throws IllegalStateException when there is no such topic */
    TopicRange require(String topic) {
        if (equals(NOTHING)) {
            throw new IllegalStateException("there is no topic " + topic);
        }
        return this;
    }

    String toJson() {
        try {
            return JSON.writeValueAsString(Map.of("from", from, "to", to));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + this, e);
        }
    }

    static TopicRange parse(String json) {
        try {
            Map<String, TreeMap<Integer, Long>> both =
                    JSON.readValue(json, new TypeReference<Map<String, TreeMap<Integer, Long>>>() {});
            return new TopicRange(both.get("from"), both.get("to"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("no range of a topic: " + json, e);
        }
    }
}
