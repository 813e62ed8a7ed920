package io.millrace.schemas;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a topic has to exist.
 *
 * @param name topic name
 * @param partitions number of partitions, at least one
 * @param replication replication factor asked for; a cluster with fewer brokers gets as many as it has
 * @param cleanup what the broker does with old records
 * @param retention how long records are kept under {@link Cleanup#DELETE}; empty: the broker's default
 * @param key the fields that make up the record key, in order; empty when records have no key
 */
public record TopicSpec(
        String name,
        int partitions,
        short replication,
        Cleanup cleanup,
        Optional<Duration> retention,
        List<String> key) {

    /** The broker's cleanup policy. */
    public enum Cleanup {
        DELETE,
        COMPACT
    }

    public TopicSpec {
        if (partitions < 1) {
            throw new IllegalArgumentException("topic " + name + ": partitions must be at least 1, not " + partitions);
        }
        key = List.copyOf(key);
    }

    /** The topic-level settings in Kafka's own names; never null, in a stable order. */
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("cleanup.policy", cleanup.name().toLowerCase(java.util.Locale.ROOT));
        retention.ifPresent(time -> settings.put("retention.ms", Long.toString(time.toMillis())));
        return settings;
    }
}
