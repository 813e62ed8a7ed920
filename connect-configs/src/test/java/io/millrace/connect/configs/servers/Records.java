package io.millrace.connect.configs.servers;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes records, and counts those that a group has not consumed by reading every one of them. */
public final class Records {
    private final KafkaServer kafka;

    public Records(KafkaServer kafka) {
        this.kafka = kafka;
    }

    /** Writes values, spread over the partitions, outside of any transaction. */
    public void write(String topic, int partitions, int count) throws Exception {
        try (KafkaProducer<String, String> producer = producer(Map.of())) {
            send(producer, topic, partitions, count);
        }
    }

    /** Writes values in transactions of their own, so that markers take offsets as well. */
    public void writeInTransactions(String topic, int partitions, int count, int transactions) throws Exception {
        try (KafkaProducer<String, String> producer = producer(Map.of("transactional.id", "test-" + topic))) {
            producer.initTransactions();
            for (int i = 0; i < transactions; i++) {
                producer.beginTransaction();
                send(producer, topic, partitions, count);
                producer.commitTransaction();
            }
        }
    }

    /** The committed offsets of a group. */
    public Map<TopicPartition, Long> offsets(String group) throws Exception {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (Map.Entry<TopicPartition, OffsetAndMetadata> entry : kafka.admin()
                .listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .entrySet()) {
            offsets.put(entry.getKey(), entry.getValue().offset());
        }
        return offsets;
    }

    /** Number of records in a topic behind what a group has committed. */
    public long unread(String topic, String group) throws Exception {
        Map<TopicPartition, Long> committed = offsets(group);
        Map<String, Object> settings =
                Map.of("bootstrap.servers", kafka.bootstrap(), "isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            committed.forEach((partition, offset) -> {
                if (partitions.contains(partition)) {
                    consumer.seek(partition, offset);
                }
            });
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long count = 0;
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                count += consumer.poll(Duration.ofMillis(100)).count();
            }
            return count;
        }
    }

    private static void send(KafkaProducer<String, String> producer, String topic, int partitions, int count)
            throws Exception {
        for (int i = 0; i < count; i++) {
            producer.send(new ProducerRecord<>(topic, i % partitions, "key-" + i, "value-" + i));
        }
        producer.flush();
    }

    private KafkaProducer<String, String> producer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("bootstrap.servers", kafka.bootstrap());
        settings.put("linger.ms", 5);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }
}
