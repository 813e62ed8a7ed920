package io.millrace.local.client;

import io.millrace.local.security.Access;
import io.millrace.local.security.Account;
import io.millrace.schemas.RegistryException;
import io.millrace.schemas.SchemaRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the topic of raw events from its beginning, committed records only, and keeps the identities of some sites'
 * events. Goes on where it stopped when it is asked again. Not safe for use by several threads.
 */
public final class EventTopic implements AutoCloseable {
    public static final String TOPIC = "web.events";

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final SchemaRegistry registry;
    private final Set<String> sites;
    private final Map<Integer, Optional<GenericDatumReader<GenericRecord>>> readers = new HashMap<>();
    private final IdSet ids = new IdSet();
    private List<TopicPartition> partitions = List.of();
    private long records;

    /** @param sites the sites whose events are kept */
    public EventTopic(Access access, Collection<String> sites) {
        this.consumer = consumer(access);
        this.registry = access.registry(Account.READER);
        this.sites = Set.copyOf(sites);
    }

    /**
     * Reads up to the present end.
     *
     * @throws ReadException when Kafka or the registry is not there
     */
    public void read() throws ReadException {
        try {
            if (partitions.isEmpty()) {
                partitions = partitions(TOPIC);
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
            }
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Set<TopicPartition> open = new HashSet<>(partitions);
            while (true) {
                open.removeIf(partition -> consumer.position(partition) >= ends.get(partition));
                if (open.isEmpty()) {
                    return;
                }
                for (ConsumerRecord<byte[], byte[]> message : consumer.poll(Duration.ofMillis(500))) {
                    keep(message.value());
                }
            }
        } catch (KafkaException | RegistryException e) {
            throw new ReadException("cannot read the topic " + TOPIC + ": " + e.getMessage(), e);
        }
    }

    /** The distinct identities of the sites' events. */
    public IdSet ids() {
        return ids;
    }

    /** Records of the sites, those included that repeat an identity. */
    public long records() {
        return records;
    }

    /** How many records a topic was given since it exists, transaction markers included; zero when it does not exist. */
    public long end(String topic) throws ReadException {
        try {
            return consumer.endOffsets(partitions(topic)).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        } catch (KafkaException e) {
            throw new ReadException("cannot read the end of topic " + topic + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(2)));
    }

    private List<TopicPartition> partitions(String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    private void keep(byte[] value) {
        // What is no event of ours is the quarantine's business, not the count's.
        if (value == null || value.length < 5 || value[0] != 0) {
            return;
        }
        int schema = ByteBuffer.wrap(value, 1, 4).getInt();
        Optional<GenericDatumReader<GenericRecord>> reader = readers.computeIfAbsent(schema, this::reader);
        if (reader.isEmpty()) {
            return;
        }
        try {
            BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null);
            GenericRecord event = reader.get().read(null, decoder);
            if (sites.contains(event.get("site").toString())) {
                records++;
                ids.add(event.get("event_id").toString());
            }
        } catch (IOException | AvroRuntimeException e) {
            // Poison under a valid schema id.
        }
    }

    /** Reads nothing but identity and site; empty when the schema has none. */
    private Optional<GenericDatumReader<GenericRecord>> reader(int id) {
        return registry.schema(id)
                .filter(written -> written.getType() == Schema.Type.RECORD
                        && written.getField("event_id") != null
                        && written.getField("site") != null)
                .map(written -> {
                    Schema wanted = Schema.createRecord(written.getName(), null, written.getNamespace(), false);
                    wanted.setFields(List.of(field(written, "event_id"), field(written, "site")));
                    return new GenericDatumReader<>(written, wanted);
                });
    }

    private static Schema.Field field(Schema record, String name) {
        return new Schema.Field(name, record.getField(name).schema());
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Access access) {
        Properties settings = new Properties();
        settings.putAll(access.kafka(Account.READER));
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "5000");
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "20000");
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
