package io.millrace.connect.configs.plan;

import java.util.Map;
import java.util.Set;

/**
 * A topic as it exists.
 *
 * @param partitions number of partitions
 * @param replication replication factor of its first partition
 * @param settings the settings in force, whoever set them
 * @param own names of those that are set on the topic itself
 */
public record LiveTopic(int partitions, int replication, Map<String, String> settings, Set<String> own) {
    public LiveTopic {
        settings = Map.copyOf(settings);
        own = Set.copyOf(own);
    }
}
