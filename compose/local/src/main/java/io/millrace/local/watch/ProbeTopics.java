package io.millrace.local.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.StackAddress;
import io.millrace.schemas.RegistryException;
import io.millrace.schemas.SchemaRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Looks for probes in Kafka's topics, committed records only, from when it was made on. Used by one thread. */
final class ProbeTopics implements AutoCloseable {
    private static final String EVENTS = "probe.events";
    private static final String MESSAGES = "cdc.shop.message";
    private static final String SERVED = "serving.probes";

    private final ObjectMapper json = new ObjectMapper();
    private final ProbeBook book;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final SchemaRegistry registry;
    private final Map<Integer, GenericDatumReader<GenericRecord>> readers = new HashMap<>();

    /** @throws KafkaException when the topics cannot be found */
    ProbeTopics(StackAddress address, ProbeBook book) {
        this.book = book;
        this.registry = new SchemaRegistry(StackAddress.url(address.registry()) + "/apis/ccompat/v7");
        Properties settings = new Properties();
        settings.put("bootstrap.servers", StackAddress.HOST + ":" + address.kafka());
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", "false");
        settings.put("fetch.max.wait.ms", "250");
        settings.put("default.api.timeout.ms", "20000");
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            List<TopicPartition> partitions = List.of(EVENTS, MESSAGES, SERVED).stream()
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
        } catch (KafkaException e) {
            close();
            throw e;
        }
    }

    /**
     * Takes what there is, waiting for it a little.
     *
     * @throws KafkaException when the brokers refuse
     * @throws RegistryException when a schema cannot be looked up
     */
    void poll() {
        for (ConsumerRecord<byte[], byte[]> message : consumer.poll(Duration.ofMillis(500))) {
            read(message.value()).ifPresent(value -> look(message.topic(), value));
        }
    }

    private void look(String topic, GenericRecord value) {
        if (!topic.equals(MESSAGES)) {
            book.seen(
                    value.get("probe").toString(),
                    value.get("run").toString(),
                    value.get("source").toString(),
                    (long) value.get("sequence"),
                    topic.equals(EVENTS) ? Hop.KAFKA : Hop.SPARK);
        } else if (value.get("message") instanceof GenericRecord message
                && message.get("content") instanceof ByteBuffer content) {
            byte[] bytes = new byte[content.remaining()];
            content.duplicate().get(bytes);
            try {
                JsonNode probe = json.readTree(bytes);
                book.seen(
                        probe.path("probe").asText(),
                        probe.path("run").asText(),
                        probe.path("source").asText(),
                        probe.path("sequence").asLong(),
                        Hop.KAFKA);
            } catch (IOException e) {
                // A message of somebody else.
            }
        }
    }

    /** Empty for what is no record of a schema that the registry knows. */
    private Optional<GenericRecord> read(byte[] value) {
        if (value == null || value.length < 5 || value[0] != 0) {
            return Optional.empty();
        }
        int id = ByteBuffer.wrap(value, 1, 4).getInt();
        GenericDatumReader<GenericRecord> reader = readers.computeIfAbsent(id, unknown -> registry.schema(unknown)
                .filter(schema -> schema.getType() == Schema.Type.RECORD)
                .map(schema -> new GenericDatumReader<GenericRecord>(schema))
                .orElse(null));
        if (reader == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null)));
        } catch (IOException | AvroRuntimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        try {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }
}
