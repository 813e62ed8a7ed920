package io.millrace.spark.run;

import io.millrace.schemas.Contract;
import io.millrace.schemas.TopicSpec;
import io.millrace.spark.DriverConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A topic that holds one rebuilt generation of another topic's rows. */
public final class Generation {
    /** It is there for people to compare, and goes away by itself. */
    private static final Duration KEPT = Duration.ofDays(7);

    private static final Duration POLL = Duration.ofMillis(500);

    private final DriverConfig config;
    private final TopicSpec live;
    private final String topic;

    Generation(DriverConfig config, Contract sink, String topic) {
        this.config = config;
        this.live = sink.topic();
        this.topic = topic;
    }

    /** Creates the topic, like the live one, unless it is there. */
    void create() throws InterruptedException {
        Map<String, String> settings = new HashMap<>(live.settings());
        settings.put("cleanup.policy", "compact,delete");
        settings.put("retention.ms", Long.toString(KEPT.toMillis()));
        NewTopic wanted = new NewTopic(topic, live.partitions(), live.replication()).configs(settings);
        try (Admin admin = Admin.create(config.kafkaClient(Map.of()))) {
            admin.createTopics(List.of(wanted)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException(
                        "cannot create " + topic + ": " + e.getCause().getMessage(), e.getCause());
            }
        }
    }

    /** Its topic. */
    String topic() {
        return topic;
    }

    /** The records of some up to their ends now, for the live topics, each partition in its order. To be closed. */
    static Records records(DriverConfig config, List<Generation> generations) {
        Map<String, String> live = new HashMap<>();
        generations.forEach(each -> live.put(each.topic, each.live.name()));
        return new Records(
                new KafkaConsumer<>(
                        config.kafkaClient(Map.of("isolation.level", "read_committed")),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer()),
                live);
    }

    /** Reads topics once; used by one thread. */
    public static final class Records implements Iterator<ProducerRecord<byte[], byte[]>>, AutoCloseable {
        private final Consumer<byte[], byte[]> consumer;
        private final Map<TopicPartition, Long> ends;
        private Iterator<ConsumerRecord<byte[], byte[]>> polled =
                List.<ConsumerRecord<byte[], byte[]>>of().iterator();

        private final Map<String, String> live;

        /** @param live the live topic of each topic that is read */
        private Records(Consumer<byte[], byte[]> consumer, Map<String, String> live) {
            this.consumer = consumer;
            this.live = live;
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : live.keySet()) {
                consumer.partitionsFor(topic)
                        .forEach(each -> partitions.add(new TopicPartition(topic, each.partition())));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            this.ends = consumer.endOffsets(partitions);
        }

        @Override
        public boolean hasNext() {
            while (!polled.hasNext()
                    && ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                polled = consumer.poll(POLL).iterator();
            }
            return polled.hasNext();
        }

        @Override
        public ProducerRecord<byte[], byte[]> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            ConsumerRecord<byte[], byte[]> record = polled.next();
            return new ProducerRecord<>(live.get(record.topic()), record.key(), record.value());
        }

        @Override
        public void close() {
            consumer.close();
        }
    }
}
