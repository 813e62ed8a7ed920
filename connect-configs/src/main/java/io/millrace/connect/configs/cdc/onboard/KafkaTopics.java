package io.millrace.connect.configs.cdc.onboard;

import io.millrace.connect.configs.ClusterException;
import io.millrace.connect.configs.environment.Clusters;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The topics of captures: makes, reads and removes them. */
public final class KafkaTopics {
    private static final Duration READ_LIMIT = Duration.ofMinutes(10);

    private final Clusters clusters;

    public KafkaTopics(Clusters clusters) {
        this.clusters = clusters;
    }

    public Set<String> names() {
        return get("list topics", clusters.admin().listTopics().names());
    }

    void create(List<NewTopic> topics) {
        clusters.admin().createTopics(topics).values().forEach((name, future) -> {
            try {
                get("create topic " + name, future);
            } catch (ClusterException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        });
    }

    /** Removes topics; those that are not there are no error. */
    void delete(Set<String> names) {
        clusters.admin().deleteTopics(names).topicNameValues().forEach((name, future) -> {
            try {
                get("delete topic " + name, future);
            } catch (ClusterException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        });
    }

    private static <T> T get(String what, KafkaFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new ClusterException("cannot " + what + ": " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new ClusterException("cannot " + what + ": no answer in 30 s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("cannot " + what + ": interrupted", e);
        }
    }

    /** Hands every committed record that a topic holds now to somebody, in the order of each partition. */
    public void read(String topic, Consumer<ConsumerRecord<byte[], byte[]>> somebody) {
        if (!names().contains(topic)) {
            return;
        }
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + READ_LIMIT.toNanos();
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                consumer.poll(Duration.ofMillis(100)).forEach(somebody);
                if (System.nanoTime() > deadline) {
                    throw new ClusterException(
                            "topic " + topic + " could not be read to its end in " + READ_LIMIT.toMinutes()
                                    + " minutes",
                            null);
                }
            }
        }
    }

    /** Time of the newest record of a topic, in milliseconds since 1970. */
    public Optional<Long> newest(String topic) {
        long[] newest = {-1};
        read(topic, record -> newest[0] = Math.max(newest[0], record.timestamp()));
        return newest[0] < 0 ? Optional.empty() : Optional.of(newest[0]);
    }

    /**
     * How many rows a topic of changes stands for: keys whose last record is no tombstone, and records without key.
     */
    public long rows(String topic) {
        Map<ByteBuffer, Boolean> alive = new HashMap<>();
        long[] keyless = {0};
        read(topic, record -> {
            if (record.key() == null) {
                keyless[0] += record.value() == null ? 0 : 1;
            } else {
                alive.put(ByteBuffer.wrap(record.key()), record.value() != null);
            }
        });
        return keyless[0] + alive.values().stream().filter(there -> there).count();
    }

    /** Whether a record's value holds this text; Avro and JSON both write ASCII text as it is. */
    boolean holds(String topic, String text) {
        byte[] wanted = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        boolean[] found = {false};
        read(topic, record -> found[0] |= record.value() != null && contains(record.value(), wanted));
        return found[0];
    }

    private static boolean contains(byte[] where, byte[] what) {
        for (int i = 0; i + what.length <= where.length; i++) {
            if (java.util.Arrays.equals(where, i, i + what.length, what, 0, what.length)) {
                return true;
            }
        }
        return false;
    }

    /** Those of some topics that exist. */
    Set<String> existing(List<String> topics) {
        Set<String> existing = new HashSet<>(names());
        existing.retainAll(new ArrayList<>(topics));
        return existing;
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                clusters.consumerProperties(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
