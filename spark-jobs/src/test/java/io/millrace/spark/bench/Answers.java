package io.millrace.spark.bench;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.spark.support.Broker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Whether two queries served the same. */
final class Answers {
    private Answers() {}

    static void atLeast(long found, long wanted, String what) {
        if (found < wanted) {
            throw new IllegalStateException("only %,d of %,d %s".formatted(found, wanted, what));
        }
    }

    /** Compares the newest row of every key of the contract; {@code ignored} is a field that may differ. */
    static void same(Broker broker, Catalogue catalogue, String topic, String other, String ignored) {
        Contract contract = catalogue.require(topic);
        List<String> key = contract.topic().key();
        Map<String, String> one = rows(broker, contract, topic, key, ignored);
        Map<String, String> two = rows(broker, contract, other, key, ignored);
        if (one.isEmpty()) {
            throw new IllegalStateException(topic + " has no rows");
        }
        for (Map.Entry<String, String> row : two.entrySet()) {
            if (!row.getValue().equals(one.get(row.getKey()))) {
                throw new IllegalStateException(topic + " has " + one.get(row.getKey()) + ", " + other + " has " + row);
            }
        }
        if (one.size() != two.size()) {
            throw new IllegalStateException(topic + " has " + one.size() + " rows, " + other + " " + two.size());
        }
    }

    private static Map<String, String> rows(
            Broker broker, Contract contract, String topic, List<String> key, String ignored) {
        Map<String, String> rows = new TreeMap<>();
        each(broker, contract.requireValue(), topic, row -> {
            StringBuilder text = new StringBuilder();
            for (Schema.Field field : row.getSchema().getFields()) {
                if (!field.name().equals(ignored)) {
                    text.append(field.name())
                            .append('=')
                            .append(row.get(field.pos()))
                            .append(' ');
                }
            }
            rows.put(key(row, key), text.toString());
        });
        return rows;
    }

    /**
     * Looks for every session that Spark closed among ours.
     *
     * @return how many there are
     */
    static long closedSessions(Broker broker, Catalogue catalogue, String ours, String sparks) {
        Schema schema = catalogue.require(ours).requireValue();
        List<String> key = List.of("site", "user_id", "started_at");
        List<String> values = List.of(
                "last_event_at", "events", "page_views", "searches", "cart_additions", "purchases", "converted");
        Map<String, String> newest = new HashMap<>();
        each(broker, schema, ours, row -> newest.put(key(row, key), key(row, values)));
        long[] same = {0};
        each(broker, schema, sparks, row -> {
            String session = newest.get(key(row, key));
            if (!key(row, values).equals(session)) {
                throw new IllegalStateException("Spark has " + row + ", the job " + session);
            }
            same[0]++;
        });
        if (same[0] == 0) {
            throw new IllegalStateException("Spark closed no session; more events are needed to compare");
        }
        return same[0];
    }

    private static String key(GenericRecord row, List<String> fields) {
        StringBuilder text = new StringBuilder();
        fields.forEach(field -> text.append(row.get(field)).append('|'));
        return text.toString();
    }

    private static void each(Broker broker, Schema schema, String topic, Consumer<GenericRecord> rows) {
        GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(schema);
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(each -> new TopicPartition(topic, each.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Set<Map.Entry<TopicPartition, Long>> all = ends.entrySet();
            while (all.stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (record.value() != null) {
                        rows.accept(reader.read(
                                null,
                                DecoderFactory.get()
                                        .binaryDecoder(record.value(), 5, record.value().length - 5, null)));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
