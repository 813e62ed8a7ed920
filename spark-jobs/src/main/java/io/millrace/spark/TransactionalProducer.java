package io.millrace.spark;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One producer, and the mark of the batch that it committed last. Used by one thread at a time. */
final class TransactionalProducer {
    private final String name;
    private final TopicPartition anchor;
    private final KafkaProducer<byte[], byte[]> producer;
    private Optional<BatchMark> committed;

    private TransactionalProducer(
            String name, TopicPartition anchor, KafkaProducer<byte[], byte[]> producer, Optional<BatchMark> committed) {
        this.name = name;
        this.anchor = anchor;
        this.producer = producer;
        this.committed = committed;
    }

    /** Opens a producer; whoever held the name before is fenced off, and a transaction that it left open is rolled back. */
    static TransactionalProducer open(String name, Map<String, Object> settings, String anchorTopic) {
        TopicPartition anchor = new TopicPartition(anchorTopic, 0);
        Map<String, Object> all = new HashMap<>(settings);
        all.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, name);
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
        try {
            producer.initTransactions();
            // Only now: before, the mark of an open transaction could still have come to stand.
            return new TransactionalProducer(name, anchor, producer, committed(name, settings, anchor));
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
    }

    boolean isDone(BatchMark mark) {
        return committed.filter(last -> last.covers(mark)).isPresent();
    }

    /** Writes all records and the mark in one transaction. */
    long write(Iterator<ProducerRecord<byte[], byte[]>> records, BatchMark mark) {
        producer.beginTransaction();
        long count = 0;
        while (records.hasNext()) {
            producer.send(records.next());
            count++;
        }
        producer.sendOffsetsToTransaction(
                Map.of(anchor, new OffsetAndMetadata(mark.batch(), mark.text())), new ConsumerGroupMetadata(name));
        // Flushes, and fails if any record could not be written.
        producer.commitTransaction();
        committed = Optional.of(mark);
        return count;
    }

    /** Closes at once; an open transaction is rolled back by the next owner of the name, or by the broker's timeout. */
    void abandon() {
        producer.close(Duration.ZERO);
    }

    private static Optional<BatchMark> committed(String name, Map<String, Object> settings, TopicPartition anchor) {
        // What reaches the brokers is the same for both: their addresses, and what TLS and SASL need.
        Map<String, Object> consumer = new HashMap<>(settings);
        consumer.keySet().retainAll(ConsumerConfig.configNames());
        settings.forEach((key, value) -> {
            if (key.startsWith("config.providers")) {
                consumer.put(key, value);
            }
        });
        consumer.put(ConsumerConfig.GROUP_ID_CONFIG, name);
        consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // Makes the broker wait for the end of transactions that touch the group's offsets.
        consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        try (KafkaConsumer<byte[], byte[]> reader =
                new KafkaConsumer<>(consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return Optional.ofNullable(reader.committed(Set.of(anchor)).get(anchor))
                    .map(OffsetAndMetadata::metadata)
                    .flatMap(BatchMark::parse);
        }
    }
}
