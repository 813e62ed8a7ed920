package io.millrace.connect.configs.status;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Lag of many sinks at once. A partition for which a group has committed nothing counts from its beginning, where a
 * sink's consumer starts unless it is told otherwise.
 */
final class SinkLags {
    private final Admin admin;
    private final OldestRecords oldest;
    private final Instant now;

    SinkLags(Admin admin, OldestRecords oldest, Instant now) {
        this.admin = admin;
        this.oldest = oldest;
        this.now = now;
    }

    /**
     * @param inputs what each sink reads
     * @param begins where each partition of their topics begins
     * @param ends where each partition of their topics ends
     * @param limit how long records may be read for their ages
     * @return by connector name; a group that cannot be asked is left out
     */
    Map<String, Lag> read(
            Collection<SinkInput> inputs,
            Map<TopicPartition, Long> begins,
            Map<TopicPartition, Long> ends,
            Duration limit) {
        Map<String, List<OldestRecords.Position>> behind = new HashMap<>();
        committed(inputs).forEach((input, offsets) -> {
            List<OldestRecords.Position> positions = new ArrayList<>();
            ends.forEach((partition, end) -> {
                if (input.topics().contains(partition.topic())) {
                    long begin = begins.getOrDefault(partition, 0L);
                    OffsetAndMetadata offset = offsets.get(partition);
                    long next = offset == null ? begin : Math.max(begin, offset.offset());
                    if (next < end) {
                        positions.add(new OldestRecords.Position(partition, next, end));
                    }
                }
            });
            behind.put(input.connector(), positions);
        });
        Map<OldestRecords.Position, OldestRecords.Found> found =
                oldest.read(behind.values().stream().flatMap(List::stream).toList(), limit);
        return behind.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> lag(entry.getValue(), found)));
    }

    private Lag lag(List<OldestRecords.Position> positions, Map<OldestRecords.Position, OldestRecords.Found> all) {
        long records = 0;
        long age = 0;
        boolean known = true;
        for (OldestRecords.Position position : positions) {
            OldestRecords.Found found = all.get(position);
            known &= found != null;
            records += found == null ? position.end() - position.offset() : found.records();
            if (found != null && found.timestamp() >= 0) {
                age = Math.max(age, now.toEpochMilli() - found.timestamp());
            }
        }
        return new Lag(OptionalLong.of(records), known ? Optional.of(Duration.ofMillis(age)) : Optional.empty());
    }

    private Map<SinkInput, Map<TopicPartition, OffsetAndMetadata>> committed(Collection<SinkInput> inputs) {
        if (inputs.isEmpty()) {
            return Map.of();
        }
        Map<String, ListConsumerGroupOffsetsSpec> groups = new HashMap<>();
        inputs.forEach(input -> groups.put(input.group(), new ListConsumerGroupOffsetsSpec()));
        ListConsumerGroupOffsetsResult result = admin.listConsumerGroupOffsets(groups);
        Map<SinkInput, Map<TopicPartition, OffsetAndMetadata>> committed = new HashMap<>();
        for (SinkInput input : inputs) {
            try {
                committed.put(
                        input,
                        result.partitionsToOffsetAndMetadata(input.group()).get());
            } catch (ExecutionException e) {
                // This group cannot be asked, for example for want of permission: its row says nothing about lag.
                continue;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return committed;
            }
        }
        return committed;
    }
}
