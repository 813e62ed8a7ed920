package io.millrace.spark.serving;

import io.millrace.spark.Decoded;
import io.millrace.spark.ValueDecoder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest state of a table, as Debezium's topic tells it: row by the text of its key's first field. Used by one thread
 * at a time. A record that cannot be read is skipped and named in the log; it stays in its topic.
 *
 * @param <V> what is kept of a row
 */
final class ChangelogTable<V> {
    private static final Logger log = LoggerFactory.getLogger(ChangelogTable.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CATCH_UP = Duration.ofSeconds(60);

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final ValueDecoder decoder;
    private final Function<GenericRecord, V> row;
    private final Map<String, V> rows = new HashMap<>();

    /**
     * @param consumer belongs to this table from now on; assigned to no partition yet
     * @param decoder gives each value in its writer's schema
     * @param row makes what is kept out of a row of the table
     */
    ChangelogTable(
            Consumer<byte[], byte[]> consumer, String topic, ValueDecoder decoder, Function<GenericRecord, V> row) {
        this.consumer = consumer;
        this.topic = topic;
        this.decoder = decoder;
        this.row = row;
    }

    /**
     * Reads everything that was committed to the topic before this call. A topic that does not exist is an empty table.
     *
     * @return whether any row changed
     * @throws IllegalStateException when the end was not reached in {@link #CATCH_UP}: try the batch again
     */
    boolean catchUp() {
        if (consumer.assignment().isEmpty() && !assign()) {
            return false;
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        long deadline = System.nanoTime() + CATCH_UP.toNanos();
        boolean changed = false;
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
                changed |= apply(each);
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("could not read " + topic + " to its end within " + CATCH_UP);
            }
        }
        return changed;
    }

    /** A copy of the rows by key. */
    HashMap<String, V> snapshot() {
        return new HashMap<>(rows);
    }

    private boolean assign() {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic);
        if (partitions == null || partitions.isEmpty()) {
            return false;
        }
        List<TopicPartition> all = partitions.stream()
                .map(each -> new TopicPartition(topic, each.partition()))
                .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
        return true;
    }

    private boolean apply(ConsumerRecord<byte[], byte[]> change) {
        if (!(decoder.decode(change.key()) instanceof Decoded.Value key)) {
            return skip(change, "its key cannot be read");
        }
        String id = String.valueOf(key.record().get(0));
        if (change.value() == null) {
            return rows.remove(id) != null;
        }
        Decoded decoded = decoder.decode(change.value());
        if (!(decoded instanceof Decoded.Value envelope)) {
            return skip(change, ((Decoded.Unreadable) decoded).reason());
        }
        if (envelope.record().getSchema().getField("after") == null) {
            return skip(change, "its value is no change of a table");
        }
        if (!(envelope.record().get("after") instanceof GenericRecord after)) {
            return rows.remove(id) != null;
        }
        V made = row.apply(after);
        return !made.equals(rows.put(id, made));
    }

    private boolean skip(ConsumerRecord<byte[], byte[]> change, String reason) {
        log.warn("skipped {}-{}@{}: {}", topic, change.partition(), change.offset(), reason);
        return false;
    }
}
