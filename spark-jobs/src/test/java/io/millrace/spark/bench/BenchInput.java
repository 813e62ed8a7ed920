package io.millrace.spark.bench;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.schemas.SchemaRegistry;
import io.millrace.spark.support.Topology;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.LongFunction;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** Topics of one broker: made, filled unless they are full from an earlier run, emptied. */
public final class BenchInput {
    private static final int PARTITIONS = 4;

    private final String bootstrapServers;
    private final Catalogue catalogue;
    private final SchemaRegistry registry;

    /** @param key null for none */
    public record Keyed(byte[] key, byte[] value) {}

    BenchInput(String bootstrapServers, Catalogue catalogue, String registryUrl) {
        this.bootstrapServers = bootstrapServers;
        this.catalogue = catalogue;
        this.registry = new SchemaRegistry(registryUrl);
        // In the catalogue's order, so that an id means the same in each run: the registry forgets, the broker does
        // not.
        for (Contract contract : catalogue.contracts()) {
            contract.value().ifPresent(schema -> registry.register(contract.valueSubject(), schema));
        }
    }

    /** The registry's id of the contract's schema. */
    int id(String topic) {
        Contract contract = catalogue.require(topic);
        return registry.register(contract.valueSubject(), contract.requireValue());
    }

    /** As {@link #fill(String, long, LongFunction)}, with records of the topic's contract. */
    void fillRecords(String topic, long count, LongFunction<GenericRecord> records, String keyField) {
        int id = id(topic);
        fill(topic, count, number -> {
            GenericRecord record = records.apply(number);
            byte[] key = record.get(keyField).toString().getBytes(StandardCharsets.UTF_8);
            return new Keyed(key, Topology.wire(id, record));
        });
    }

    /** Puts records into a topic, unless it has as many already. */
    public void fill(String topic, long count, LongFunction<Keyed> records) {
        create(topic);
        long there = size(topic);
        if (there == count) {
            return;
        }
        if (there > 0) {
            recreate(topic);
        }
        System.out.printf("writing %,d records to %s, which are kept for the next time%n", count, topic);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "compression.type",
                        "lz4",
                        "batch.size",
                        262_144,
                        "linger.ms",
                        50,
                        "acks",
                        "1"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (long i = 0; i < count; i++) {
                Keyed record = records.apply(i);
                producer.send(new ProducerRecord<>(topic, record.key(), record.value()));
            }
        }
        if (size(topic) != count) {
            throw new IllegalStateException(topic + " has " + size(topic) + " records, not " + count);
        }
    }

    /** Makes an empty topic of what may have records. */
    public void recreate(String topic) {
        try (Admin admin = admin()) {
            if (admin.listTopics().names().get().contains(topic)) {
                admin.deleteTopics(List.of(topic)).all().get();
                Awaitility.await().until(() -> !admin.listTopics().names().get().contains(topic));
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        create(topic);
    }

    /** Makes the topic if it is not there. */
    void create(String topic) {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** How many records there are, those of aborted transactions and marks of transactions included. */
    long size(String topic) {
        try (Admin admin = admin()) {
            long size = 0;
            for (int partition = 0; partition < PARTITIONS; partition++) {
                TopicPartition each = new TopicPartition(topic, partition);
                long end = admin.listOffsets(Map.of(each, OffsetSpec.latest()))
                        .partitionResult(each)
                        .get()
                        .offset();
                long start = admin.listOffsets(Map.of(each, OffsetSpec.earliest()))
                        .partitionResult(each)
                        .get()
                        .offset();
                size += end - start;
            }
            return size;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Topics that jobs want to be there, with nothing in them. */
    void createAll(Set<String> topics) {
        topics.forEach(this::create);
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }
}
