package io.millrace.connect.configs.live;

import io.millrace.connect.configs.ClusterException;
import io.millrace.connect.configs.plan.LiveTopic;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;

/** Reads topics and their settings. */
public final class TopicReader {
    private final Admin admin;
    private final String bootstrap;

    /** @param bootstrap the brokers' address, for messages */
    public TopicReader(Admin admin, String bootstrap) {
        this.admin = admin;
        this.bootstrap = bootstrap;
    }

    /** Number of brokers. */
    public int brokers() {
        return get("count the brokers", admin.describeCluster().nodes()).size();
    }

    /** Those of the named topics that exist. */
    public Map<String, LiveTopic> read(Set<String> names) {
        Set<String> existing = get("list the topics", admin.listTopics().names());
        List<String> wanted = names.stream().filter(existing::contains).toList();
        Map<String, TopicDescription> described =
                get("read the topics", admin.describeTopics(wanted).allTopicNames());
        Map<ConfigResource, Config> configs = get(
                "read the topics' settings",
                admin.describeConfigs(wanted.stream()
                                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                                .toList())
                        .all());
        Map<String, LiveTopic> topics = new TreeMap<>();
        described.forEach((name, topic) -> {
            Map<String, String> settings = new HashMap<>();
            Set<String> own = new HashSet<>();
            for (ConfigEntry entry : configs.get(new ConfigResource(ConfigResource.Type.TOPIC, name))
                    .entries()) {
                if (entry.value() != null) {
                    settings.put(entry.name(), entry.value());
                }
                if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
                    own.add(entry.name());
                }
            }
            topics.put(
                    name,
                    new LiveTopic(
                            topic.partitions().size(),
                            topic.partitions().get(0).replicas().size(),
                            settings,
                            own));
        });
        return topics;
    }

    /** For each group that has them: how many partitions it has committed offsets for. */
    Map<String, Integer> committed(Set<String> groups) {
        if (groups.isEmpty()) {
            return Map.of();
        }
        var specs = groups.stream()
                .collect(Collectors.toMap(
                        group -> group, group -> new org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec()));
        Map<String, Integer> committed = new HashMap<>();
        get(
                        "read the offsets of consumer groups",
                        admin.listConsumerGroupOffsets(specs).all())
                .forEach((group, offsets) -> {
                    if (!offsets.isEmpty()) {
                        committed.put(group, offsets.size());
                    }
                });
        return committed;
    }

    private <T> T get(String what, KafkaFuture<T> future) {
        return get(what, bootstrap, future);
    }

    /**
     * The result of a request to the brokers.
     *
     * @throws ClusterException when they cannot be reached or refuse, in one sentence
     */
    public static <T> T get(String what, String bootstrap, KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String message = cause instanceof org.apache.kafka.common.errors.TimeoutException
                    ? "cannot reach Kafka at " + bootstrap + " to " + what
                            + ": no answer in time; is it running, and is the address right?"
                    : "Kafka at " + bootstrap + " refused to " + what + ": " + cause.getMessage();
            throw new ClusterException(message, cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while asking Kafka to " + what, e);
        }
    }
}
