package io.millrace.connect.redis;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/** The epochs that this task has taken its partitions over with. They outlive connections. */
final class Ownership {

    private final Map<TopicPartition, Long> epochs;
    private final Predicate<TopicPartition> part;

    Ownership() {
        this(new LinkedHashMap<>(), partition -> true);
    }

    private Ownership(Map<TopicPartition, Long> epochs, Predicate<TopicPartition> part) {
        this.epochs = epochs;
        this.part = part;
    }

    /** The same epochs, of which only some partitions are to be seen. */
    Ownership part(Predicate<TopicPartition> some) {
        return new Ownership(epochs, some);
    }

    /** 0 when the partition has not been taken over. */
    long epoch(TopicPartition partition) {
        return epochs.getOrDefault(partition, 0L);
    }

    void took(TopicPartition partition, long epoch) {
        epochs.put(partition, epoch);
    }

    void release(Collection<TopicPartition> partitions) {
        epochs.keySet().removeAll(partitions);
    }

    Set<TopicPartition> partitions() {
        return epochs.keySet().stream().filter(part).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Those of which a newer task has written its epoch; {@code null} stands for none. */
    Set<TopicPartition> lost(Map<TopicPartition, Long> found) {
        Map<TopicPartition, Long> newer = new HashMap<>(found);
        newer.entrySet()
                .removeIf(entry -> entry.getValue() == null
                        || !epochs.containsKey(entry.getKey())
                        || entry.getValue() <= epoch(entry.getKey()));
        return newer.keySet();
    }
}
