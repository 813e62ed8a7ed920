package io.millrace.connect.configs.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What tasks have written into the workers' status topic since this was opened. While a task starts with new settings, and
 * that can take as long as its plugin likes, Connect's REST interface goes on telling the RUNNING of the old ones; only the
 * topic has the UNASSIGNED between the two. Not safe for use by several threads.
 */
final class TaskStarts implements AutoCloseable {
    private static final Pattern TASK = Pattern.compile("status-task-(.+)-(\\d+)");
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Optional<KafkaConsumer<byte[], byte[]>> consumer;
    private final Map<String, Map<Integer, String>> states = new HashMap<>();

    private TaskStarts(Optional<KafkaConsumer<byte[], byte[]>> consumer) {
        this.consumer = consumer;
    }

    /**
     * Begins to listen.
     *
     * @param properties of a consumer without a group
     * @param topic the workers' status topic; when it cannot be read, the REST interface alone decides
     */
    static TaskStarts open(Map<String, Object> properties, String topic) {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            List<TopicPartition> partitions = consumer.partitionsFor(topic, LIMIT).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            if (!partitions.isEmpty()) {
                consumer.assign(partitions);
                consumer.endOffsets(partitions, LIMIT).forEach(consumer::seek);
                return new TaskStarts(Optional.of(consumer));
            }
        } catch (KafkaException e) {
            // Without permission to read it nothing more is known than what the workers answer.
        }
        consumer.close();
        return new TaskStarts(Optional.empty());
    }

    /** Whether a task of the connector has left RUNNING and is not back. */
    boolean isStarting(String connector) {
        consumer.ifPresent(this::read);
        return states.getOrDefault(connector, Map.of()).values().stream().anyMatch(state -> !state.equals("RUNNING"));
    }

    private void read(KafkaConsumer<byte[], byte[]> open) {
        for (ConsumerRecord<byte[], byte[]> entry : open.poll(Duration.ofMillis(50))) {
            if (entry.key() != null) {
                add(new String(entry.key(), StandardCharsets.UTF_8), entry.value());
            }
        }
    }

    /** @param value JSON; null when the task is no more */
    private void add(String key, byte[] value) {
        Matcher task = TASK.matcher(key);
        if (task.matches()) {
            Map<Integer, String> tasks = states.computeIfAbsent(task.group(1), name -> new HashMap<>());
            int number = Integer.parseInt(task.group(2));
            if (value == null) {
                tasks.remove(number);
            } else {
                tasks.put(number, state(value));
            }
        }
    }

    private static String state(byte[] value) {
        try {
            JsonNode status = JSON.readTree(value);
            return status.path("payload")
                    .path("state")
                    .asText(status.path("state").asText());
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        consumer.ifPresent(KafkaConsumer::close);
    }
}
