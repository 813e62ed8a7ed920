package io.millrace.connect.configs.environment;

import io.millrace.schemas.TopicSpec;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What an environment changes in the contracts' topics.
 *
 * @param replication replication factor of every topic that has no override; empty: what the contract says
 * @param overrides by topic name
 */
public record TopicSizes(Optional<Short> replication, Map<String, Size> overrides) {
    /** Topics exactly as the contracts say. */
    public static final TopicSizes AS_DECLARED = new TopicSizes(Optional.empty(), Map.of());

    /**
     * What is changed for one topic; empty parts stay as they are.
     *
     * @param partitions number of partitions
     * @param replication replication factor
     * @param retention how long records are kept
     */
    public record Size(Optional<Integer> partitions, Optional<Short> replication, Optional<Duration> retention) {}

    public TopicSizes {
        overrides = Map.copyOf(overrides);
    }

    /** A contract's topic as this environment wants it. */
    public TopicSpec of(TopicSpec topic) {
        Size size =
                overrides.getOrDefault(topic.name(), new Size(Optional.empty(), Optional.empty(), Optional.empty()));
        return new TopicSpec(
                topic.name(),
                size.partitions().orElse(topic.partitions()),
                size.replication().or(() -> replication).orElse(topic.replication()),
                topic.cleanup(),
                size.retention().or(topic::retention),
                topic.key());
    }
}
