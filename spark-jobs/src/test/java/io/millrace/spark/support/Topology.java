package io.millrace.spark.support;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.schemas.SchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The topics and schemas of the catalogue on a real broker, and a plain client to write and read them. */
public final class Topology implements AutoCloseable {
    private final Catalogue catalogue;
    private final String bootstrapServers;
    private final SchemaRegistry registry;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final Map<Schema, Integer> sent = new HashMap<>();

    public Topology(Servers servers) {
        this(servers, Catalogue.bundled());
    }

    public Topology(Servers servers, Catalogue catalogue) {
        this.catalogue = catalogue;
        this.bootstrapServers = servers.bootstrapServers();
        this.registry = new SchemaRegistry(servers.registryUrl());
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 5),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Creates every topic and registers every schema. */
    public void create() {
        create(catalogue.contracts());
        for (Contract contract : catalogue.contracts()) {
            contract.value().ifPresent(schema -> {
                ids.put(contract.name(), register(contract.valueSubject(), schema));
                registry.setCompatibility(contract.valueSubject(), contract.compatibility());
            });
        }
    }

    /** Creates the topics of these contracts. */
    public void create(Collection<Contract> contracts) {
        List<NewTopic> topics = contracts.stream()
                .map(Contract::topic)
                .map(spec -> new NewTopic(spec.name(), spec.partitions(), (short) 1).configs(spec.settings()))
                .toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(topics).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Writes a record with its own schema, which is registered for the topic if need be. */
    public void send(String topic, String key, GenericRecord value) {
        sendAt(topic, key, value, null);
    }

    /** The same. @param time which Kafka is told, epoch milliseconds; null: now */
    public void sendAt(String topic, String key, GenericRecord value, Long time) {
        int id = sent.computeIfAbsent(value.getSchema(), schema -> register(topic + "-value", schema));
        byte[] bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(topic, null, time, bytes, wire(id, value)));
    }

    public int register(String subject, Schema schema) {
        return registry.register(subject, schema);
    }

    public Schema schema(String topic) {
        return catalogue.require(topic).requireValue();
    }

    /** A web event with every field; times in epoch milliseconds. */
    public GenericRecord event(String id, String site, String user, long eventTime, long receivedAt, String page) {
        return new GenericRecordBuilder(schema("web.events"))
                .set("event_id", id)
                .set("event_time", eventTime)
                .set("received_at", receivedAt)
                .set("site", site)
                .set("user_id", user)
                .set("page", page)
                .set("address", "8.8.8.8")
                .set("user_agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36")
                .build();
    }

    public void send(GenericRecord event) {
        sendBytes("web.events", event.get("user_id").toString(), wire(ids.get("web.events"), event));
    }

    public void sendBytes(String topic, String key, byte[] value) {
        byte[] bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(topic, bytes, value));
    }

    public void sendRaw(String topic, byte[] key, byte[] value) {
        producer.send(new ProducerRecord<>(topic, key, value));
    }

    public void flush() {
        producer.flush();
    }

    public static byte[] wire(int id, GenericRecord record) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        try {
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** One committed record; the value is null for a tombstone. */
    public record Read(String key, GenericRecord value, int partition, long offset, byte[] bytes) {}

    /** Whether there is such a topic now. */
    public boolean exists(String topic) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            return admin.listTopics().names().get().contains(topic);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** How many records came to a topic that nobody writes in transactions. */
    public long size(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(each -> new TopicPartition(topic, each.partition()))
                    .toList();
            return consumer.endOffsets(partitions).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    /** Everything that is committed in a topic now. */
    public List<Read> read(String topic) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
        List<Read> found = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(each -> new TopicPartition(topic, each.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, byte[]> each : consumer.poll(Duration.ofMillis(100))) {
                    found.add(
                            new Read(each.key(), decode(each.value()), each.partition(), each.offset(), each.value()));
                }
            }
        }
        return found;
    }

    /** The newest value of each key; deleted keys are left out. */
    public Map<String, GenericRecord> table(String topic) {
        Map<String, GenericRecord> table = new LinkedHashMap<>();
        for (Read each : read(topic)) {
            if (each.value() == null) {
                table.remove(each.key());
            } else {
                table.put(each.key(), each.value());
            }
        }
        return table;
    }

    private GenericRecord decode(byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        Schema schema = registry.schema(ByteBuffer.wrap(bytes, 1, 4).getInt()).orElseThrow();
        GenericData.setStringType(schema, GenericData.StringType.String);
        try {
            return new GenericDatumReader<GenericRecord>(schema)
                    .read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
