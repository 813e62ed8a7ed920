package io.millrace.connect.commons;

import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Another task has taken partitions over: this one writes nothing of them any more. Nothing of the batch was written. */
public final class FencedFailure extends SinkFailure {

    private final transient Set<TopicPartition> partitions;

    /** @param partitions those that are lost; never empty */
    public FencedFailure(Set<TopicPartition> partitions) {
        super("another task has taken over " + partitions, null);
        this.partitions = Set.copyOf(partitions);
    }

    public Set<TopicPartition> partitions() {
        return partitions;
    }
}
