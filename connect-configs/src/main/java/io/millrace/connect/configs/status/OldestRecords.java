package io.millrace.connect.configs.status;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the first records that consumer groups have not consumed yet, to know how old they are and to tell records from
 * what else takes an offset: the markers of transactions, and what compaction removed. Reads one fetch at each position
 * at most, and stops when its time is up.
 */
final class OldestRecords {
    private static final int FETCH_BYTES = 64 * 1024;

    /**
     * Where to read.
     *
     * @param partition the partition
     * @param offset offset of the first record that is not consumed
     * @param end offset at which the partition ends
     */
    record Position(TopicPartition partition, long offset, long end) {}

    /**
     * What was found.
     *
     * @param timestamp of the first record, in milliseconds since 1970; negative when there is none
     * @param records number of records up to the end, exact when one fetch held them all, otherwise at most
     */
    record Found(long timestamp, long records) {}

    private final Map<String, Object> consumerProperties;

    OldestRecords(Map<String, Object> consumerProperties) {
        this.consumerProperties = new HashMap<>(consumerProperties);
        this.consumerProperties.put("max.partition.fetch.bytes", FETCH_BYTES);
        this.consumerProperties.put("max.poll.records", Integer.MAX_VALUE);
        this.consumerProperties.put("fetch.max.wait.ms", 50);
    }

    /** What was found in time, by position. */
    Map<Position, Found> read(Collection<Position> positions, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        Map<Position, Found> found = new HashMap<>();
        if (positions.isEmpty()) {
            return found;
        }
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(consumerProperties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            for (List<Position> round : rounds(positions)) {
                read(consumer, round, found, deadline);
            }
        }
        return found;
    }

    /** A consumer stands at one offset of a partition, so groups that read the same one are served one after the other. */
    private static List<List<Position>> rounds(Collection<Position> positions) {
        List<List<Position>> rounds = new ArrayList<>();
        List<Set<TopicPartition>> taken = new ArrayList<>();
        for (Position position : new HashSet<>(positions)) {
            int round = 0;
            while (round < rounds.size() && taken.get(round).contains(position.partition())) {
                round++;
            }
            if (round == rounds.size()) {
                rounds.add(new ArrayList<>());
                taken.add(new HashSet<>());
            }
            rounds.get(round).add(position);
            taken.get(round).add(position.partition());
        }
        return rounds;
    }

    private static void read(
            KafkaConsumer<byte[], byte[]> consumer, List<Position> round, Map<Position, Found> found, long deadline) {
        Map<TopicPartition, Position> open = new HashMap<>();
        round.forEach(position -> open.put(position.partition(), position));
        consumer.assign(open.keySet());
        round.forEach(position -> consumer.seek(position.partition(), position.offset()));
        while (!open.isEmpty() && System.nanoTime() - deadline < 0) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
            for (TopicPartition partition : Set.copyOf(open.keySet())) {
                Position position = open.get(partition);
                List<ConsumerRecord<byte[], byte[]>> there = records.records(partition).stream()
                        .filter(one -> one.offset() < position.end())
                        .toList();
                long next = consumer.position(partition);
                if (!there.isEmpty() || next >= position.end()) {
                    long oldest = there.isEmpty() ? -1 : there.get(0).timestamp();
                    found.put(position, new Found(oldest, there.size() + Math.max(0, position.end() - next)));
                    open.remove(partition);
                    consumer.pause(Set.of(partition));
                }
            }
        }
    }
}
