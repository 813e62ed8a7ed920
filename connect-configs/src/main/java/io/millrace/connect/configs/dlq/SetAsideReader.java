package io.millrace.connect.configs.dlq;

import io.millrace.schemas.SchemaRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads dead letter and quarantine topics. Used by one thread. */
public final class SetAsideReader implements AutoCloseable {
    public static final String DEAD_LETTERS = "dlq.";
    public static final String QUARANTINE = "quarantine.";

    private static final Duration POLL = Duration.ofMillis(500);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Optional<SchemaRegistry> registry;
    private final Map<Integer, Optional<Schema>> schemas = new HashMap<>();

    /** @param properties of a consumer of committed records that is in no group */
    public SetAsideReader(Map<String, Object> properties, Optional<SchemaRegistry> registry) {
        this.consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.registry = registry;
    }

    /** Whether a topic is one of these. */
    public static boolean isSetAside(String topic) {
        return topic.startsWith(DEAD_LETTERS) || topic.startsWith(QUARANTINE);
    }

    /** Dead letter and quarantine topics, by name. */
    public List<String> topics() {
        return consumer.listTopics().keySet().stream()
                .filter(SetAsideReader::isSetAside)
                .sorted()
                .toList();
    }

    /** How many partitions a topic has; 0 when there is no such topic. */
    public int partitions(String topic) {
        return consumer.listTopics().getOrDefault(topic, List.of()).size();
    }

    /**
     * The records of a topic that are there now, in the order of partition and offset.
     *
     * @param most how many at most of each partition, the newest of them
     */
    public List<SetAside> read(String topic, int most) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        consumer.assign(partitions);
        partitions.forEach(
                partition -> consumer.seek(partition, Math.max(begins.get(partition), ends.get(partition) - most)));
        List<SetAside> records = new ArrayList<>();
        Set<TopicPartition> open = new HashSet<>(partitions);
        while (true) {
            open.removeIf(partition -> consumer.position(partition) >= ends.get(partition));
            if (open.isEmpty()) {
                break;
            }
            for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
                records.add(topic.startsWith(QUARANTINE) ? quarantined(message) : deadLetter(message));
            }
        }
        records.sort(java.util.Comparator.<SetAside>comparingInt(
                        record -> record.place().partition())
                .thenComparingLong(record -> record.place().offset()));
        return records;
    }

    /** The record that stands at a place; empty when it is not there any more. */
    Optional<ConsumerRecord<byte[], byte[]>> at(Place place) {
        TopicPartition partition = new TopicPartition(place.topic(), place.partition());
        if (place.partition() >= partitions(place.topic())) {
            return Optional.empty();
        }
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        consumer.assign(List.of(partition));
        consumer.seek(
                partition,
                Math.max(
                        place.offset(),
                        consumer.beginningOffsets(List.of(partition)).get(partition)));
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
                return message.offset() == place.offset() ? Optional.of(message) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Whether a newer record of the same key stands behind a place. */
    boolean isSuperseded(Place place, byte[] key) {
        TopicPartition partition = new TopicPartition(place.topic(), place.partition());
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        consumer.assign(List.of(partition));
        consumer.seek(partition, place.offset() + 1);
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
                if (message.offset() < end && java.util.Arrays.equals(message.key(), key)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static SetAside deadLetter(ConsumerRecord<byte[], byte[]> message) {
        Headers headers = message.headers();
        Optional<Place> origin = ReplayHeaders.text(headers, ReplayHeaders.CONNECT + "topic")
                .flatMap(topic -> Place.parse(
                        topic,
                        ReplayHeaders.text(headers, ReplayHeaders.CONNECT + "partition")
                                        .orElse("") + ":"
                                + ReplayHeaders.text(headers, ReplayHeaders.CONNECT + "offset")
                                        .orElse("")));
        String connector = ReplayHeaders.text(headers, ReplayHeaders.CONNECT + "connector.name")
                .orElse("unknown");
        return new SetAside(
                new Place(message.topic(), message.partition(), message.offset()),
                Instant.ofEpochMilli(message.timestamp()),
                origin,
                ReplayHeaders.text(headers, ReplayHeaders.CONNECT + "task.id")
                        .map(task -> connector + "-" + task)
                        .orElse(connector),
                ReplayHeaders.text(headers, ReplayHeaders.CONNECT + "stage").orElse("unknown"),
                ReplayHeaders.text(headers, ReplayHeaders.CONNECT + "exception.message")
                        .or(() -> ReplayHeaders.text(headers, ReplayHeaders.CONNECT + "exception.class.name"))
                        .orElse("no reason: the connector adds no context headers"),
                Optional.empty(),
                message.key(),
                message.value(),
                ReplayHeaders.own(headers),
                ReplayHeaders.attempts(headers),
                true);
    }

    private SetAside quarantined(ConsumerRecord<byte[], byte[]> message) {
        Optional<GenericRecord> value = decode(message.value());
        Optional<GenericRecord> failure = value.map(record -> field(record, "failure"))
                .filter(GenericRecord.class::isInstance)
                .map(GenericRecord.class::cast);
        Optional<Place> origin = failure.map(reason -> new Place(
                String.valueOf(reason.get("topic")), (int) reason.get("partition"), (long) reason.get("offset")));
        byte[] payload = value.map(record -> field(record, "payload"))
                .filter(ByteBuffer.class::isInstance)
                .map(bytes -> {
                    ByteBuffer buffer = ((ByteBuffer) bytes).duplicate();
                    byte[] copy = new byte[buffer.remaining()];
                    buffer.get(copy);
                    return copy;
                })
                .orElse(null);
        return new SetAside(
                new Place(message.topic(), message.partition(), message.offset()),
                Instant.ofEpochMilli(message.timestamp()),
                origin,
                "spark",
                failure.map(reason -> String.valueOf(reason.get("stage"))).orElse("unknown"),
                failure.map(reason -> String.valueOf(reason.get("message"))).orElse("its reason cannot be read"),
                failure.map(reason -> reason.get("field")).map(Object::toString),
                null,
                payload,
                List.of(),
                0,
                false);
    }

    private static Object field(GenericRecord record, String name) {
        return record.getSchema().getField(name) == null ? null : record.get(name);
    }

    /** A value in Confluent's wire format; empty when it is none of a schema that the registry knows. */
    Optional<GenericRecord> decode(byte[] value) {
        if (value == null || value.length < 5 || value[0] != 0 || registry.isEmpty()) {
            return Optional.empty();
        }
        int id = ByteBuffer.wrap(value, 1, 4).getInt();
        Optional<Schema> schema =
                schemas.computeIfAbsent(id, unknown -> registry.get().schema(unknown));
        try {
            return schema.isEmpty() || schema.get().getType() != Schema.Type.RECORD
                    ? Optional.empty()
                    : Optional.of(new GenericDatumReader<GenericRecord>(schema.get())
                            .read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null)));
        } catch (IOException | AvroRuntimeException e) {
            return Optional.empty();
        }
    }

    /** A value for people: an Avro record as JSON, text as it is, everything else in hexadecimal digits. */
    public String shown(byte[] value, int most) {
        if (value == null) {
            return "null";
        }
        String text = decode(value).map(GenericRecord::toString).orElseGet(() -> {
            String plain = new String(value, java.nio.charset.StandardCharsets.UTF_8);
            boolean readable =
                    plain.chars().noneMatch(each -> each == 0xFFFD || (each < ' ' && each != '\n' && each != '\t'));
            return readable ? plain : "0x" + java.util.HexFormat.of().formatHex(value);
        });
        return text.length() <= most ? text : text.substring(0, most) + "\u2026";
    }

    @Override
    public void close() {
        consumer.close();
    }
}
