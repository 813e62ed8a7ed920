package io.millrace.connect.configs.plan;

import io.millrace.schemas.TopicSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plans topics. Only what a contract speaks about is compared: other settings are the operator's. */
final class TopicPlanner {
    private static final List<String> GOVERNED = List.of("cleanup.policy", "retention.ms");

    private final Live live;
    private final List<Change> changes = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private int unchanged;

    TopicPlanner(Live live) {
        this.live = live;
    }

    void plan(TopicSpec topic) {
        int replication = Math.min(topic.replication(), live.brokers());
        LiveTopic there = live.topics().get(topic.name());
        if (there == null) {
            changes.add(new Change.CreateTopic(topic.name(), topic.partitions(), replication, topic.settings()));
            return;
        }
        int before = changes.size() + findings.size();
        comparePartitions(topic, there);
        if (there.replication() != replication) {
            findings.add(Finding.note(
                    topic.name(),
                    "has replication factor " + there.replication() + ", declared is " + topic.replication()
                            + "; Kafka moves replicas only by kafka-reassign-partitions, so this is left to you"));
        }
        List<KeyChange> settings = settings(topic, there);
        if (!settings.isEmpty()) {
            changes.add(new Change.ConfigureTopic(topic.name(), settings));
        }
        if (changes.size() + findings.size() == before) {
            unchanged++;
        }
    }

    private void comparePartitions(TopicSpec topic, LiveTopic there) {
        if (topic.partitions() > there.partitions()) {
            changes.add(new Change.AddPartitions(
                    topic.name(),
                    there.partitions(),
                    topic.partitions(),
                    !topic.key().isEmpty()));
        } else if (topic.partitions() < there.partitions()) {
            findings.add(Finding.problem(
                    topic.name(),
                    "",
                    "has " + there.partitions() + " partitions, declared are " + topic.partitions()
                            + "; Kafka cannot take partitions away. Declare " + there.partitions()
                            + ", or make a topic of another name and move its readers"));
        }
    }

    private static List<KeyChange> settings(TopicSpec topic, LiveTopic there) {
        Map<String, String> declared = topic.settings();
        List<KeyChange> settings = new ArrayList<>();
        for (String key : GOVERNED) {
            Optional<String> before = Optional.ofNullable(there.settings().get(key));
            Optional<String> after = Optional.ofNullable(declared.get(key));
            boolean differs =
                    after.isPresent() ? !after.equals(before) : there.own().contains(key);
            if (differs) {
                settings.add(new KeyChange(key, before, after, ""));
            }
        }
        return settings;
    }

    List<Change> changes() {
        return changes;
    }

    List<Finding> findings() {
        return findings;
    }

    int unchanged() {
        return unchanged;
    }
}
