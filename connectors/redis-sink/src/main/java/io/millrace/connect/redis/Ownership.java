package io.millrace.connect.redis;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** The epochs that this task has taken its partitions over with. They outlive connections. */
final class Ownership {

    private final Map<TopicPartition, Long> epochs = new LinkedHashMap<>();

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
        return epochs.keySet();
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
