package io.millrace.connect.elasticsearch;

import io.millrace.testing.KafkaServer;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** A topic of JSON texts with one partition, as a worker's sink finds it. */
final class Topic implements AutoCloseable {
    private final KafkaProducer<String, String> producer;
    private final String name;

    Topic(KafkaServer kafka, String name) throws Exception {
        this.name = name;
        kafka.createTopic(name, 1);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrap(), "linger.ms", "20", "batch.size", "262144"),
                new StringSerializer(),
                new StringSerializer());
    }

    String name() {
        return name;
    }

    void append(String key, String json) {
        append(key, json, null);
    }

    /** @param time of the record, epoch milliseconds; null for now */
    void append(String key, String json, Long time) {
        producer.send(new ProducerRecord<>(name, null, time, key, json));
    }

    void flush() {
        producer.flush();
    }

    @Override
    public void close() {
        producer.close();
    }
}
