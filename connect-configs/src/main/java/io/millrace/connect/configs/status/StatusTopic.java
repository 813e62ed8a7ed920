package io.millrace.connect.configs.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What the workers' status topic remembers: how often tasks came back, and the topics that connectors use. The topic is
 * compacted, so old states are forgotten after a while, and a count of zero does not prove that there were none. A task
 * that goes on after a pause did not restart; a connector that is deleted or stopped starts at zero again.
 */
final class StatusTopic {
    private static final Pattern TASK = Pattern.compile("status-task-(.+)-(\\d+)");
    private static final Pattern TOPIC = Pattern.compile("status-topic-(.+):connector-(.+)");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Map<Integer, TaskHistory>> tasks = new HashMap<>();
    private final Map<String, Set<String>> topics = new HashMap<>();

    /** Nothing but what is put into it. */
    StatusTopic() {}

    /**
     * Reads the whole topic.
     *
     * @param consumerProperties of a consumer without a group
     * @param limit time after which an error is raised
     * @throws IllegalStateException when the topic does not exist or cannot be read in time
     */
    static StatusTopic read(Map<String, Object> consumerProperties, String topic, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        StatusTopic history = new StatusTopic();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(consumerProperties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic, limit).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw new IllegalStateException("there is no topic " + topic);
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, limit);
            while (partitions.stream().anyMatch(one -> consumer.position(one, limit) < ends.get(one))) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IllegalStateException("the topic " + topic + " could not be read in time");
                }
                for (ConsumerRecord<byte[], byte[]> entry : consumer.poll(Duration.ofMillis(100))) {
                    if (entry.key() != null) {
                        history.add(new String(entry.key(), StandardCharsets.UTF_8), entry.value());
                    }
                }
            }
        }
        return history;
    }

    /** @param value JSON; null when the worker forgets what the key says */
    void add(String key, byte[] value) {
        Matcher task = TASK.matcher(key);
        if (task.matches()) {
            Map<Integer, TaskHistory> ofConnector = tasks.computeIfAbsent(task.group(1), name -> new HashMap<>());
            int number = Integer.parseInt(task.group(2));
            if (value == null) {
                ofConnector.remove(number);
            } else {
                ofConnector.computeIfAbsent(number, id -> new TaskHistory()).reached(state(value));
            }
        }
        Matcher topic = TOPIC.matcher(key);
        if (topic.matches()) {
            Set<String> used = topics.computeIfAbsent(topic.group(2), name -> new TreeSet<>());
            if (value == null) {
                used.remove(topic.group(1));
            } else {
                used.add(topic.group(1));
            }
        }
    }

    /** Times that the tasks of a connector came back to RUNNING. */
    OptionalInt restarts(String connector) {
        return OptionalInt.of(tasks.getOrDefault(connector, Map.of()).values().stream()
                .mapToInt(TaskHistory::restarts)
                .sum());
    }

    /** The topics that a connector has used. */
    Set<String> topics(String connector) {
        return topics.getOrDefault(connector, Set.of());
    }

    private static String state(byte[] value) {
        try {
            JsonNode status = JSON.readTree(value);
            // Workers write plain JSON; one with schemas wraps it.
            return status.path("payload")
                    .path("state")
                    .asText(status.path("state").asText());
        } catch (IOException e) {
            return "";
        }
    }

    private static final class TaskHistory {
        private String before = "";
        private int runs;

        void reached(String state) {
            if (state.equals("RUNNING") && !before.equals("PAUSED")) {
                runs++;
            }
            before = state;
        }

        int restarts() {
            return Math.max(0, runs - 1);
        }
    }
}
