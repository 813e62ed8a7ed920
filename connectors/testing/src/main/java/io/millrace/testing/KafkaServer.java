package io.millrace.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A broker on free ports. It can be killed and started again; its data stays in its folder. */
public final class KafkaServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(120);

    private final int port = Ports.free();
    private final int controllerPort = Ports.free();
    private final Path folder;
    private final Path settings;
    private final Admin admin;
    private ServerProcess process;

    /** A broker that answers. */
    public static KafkaServer start(Path parent) throws IOException, InterruptedException {
        KafkaServer server = new KafkaServer(parent);
        server.start();
        return server;
    }

    private KafkaServer(Path parent) throws IOException, InterruptedException {
        folder = Files.createDirectories(parent.resolve("kafka").toAbsolutePath());
        settings = folder.resolve("broker.properties");
        Files.writeString(settings, properties());
        java("format", "kafka.tools.StorageTool", "format", "-t", "0o0o0o0o0o0o0o0o0o0o0A", "-c", settings.toString())
                .awaitSuccess();
        admin = Admin.create(Map.of("bootstrap.servers", bootstrap()));
    }

    /** Starts it, for the first time or again, and waits until it answers. */
    public void start() {
        process = java("broker", "io.millrace.kafka.Broker", settings.toString());
        await().atMost(START_LIMIT)
                .ignoreExceptionsMatching(e -> process.isAlive())
                .until(() -> {
                    process.requireAlive();
                    return !admin.describeCluster().nodes().get().isEmpty();
                });
    }

    /** The process, to be killed, paused or ended. */
    public ServerProcess process() {
        return process;
    }

    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    public Admin admin() {
        return admin;
    }

    public void createTopic(String name, int partitions) throws Exception {
        createTopic(name, partitions, Map.of());
    }

    public void createTopic(String name, int partitions, Map<String, String> topicSettings) throws Exception {
        admin.createTopics(Set.of(new NewTopic(name, partitions, (short) 1).configs(topicSettings)))
                .all()
                .get();
    }

    /** Every committed record of a topic at this moment, with keys and values as text. */
    public List<ConsumerRecord<String, String>> read(String topic) {
        return read(topic, new StringDeserializer(), new StringDeserializer());
    }

    /** Every committed record of a topic at this moment, by partition and offset. */
    public <K, V> List<ConsumerRecord<K, V>> read(String topic, Deserializer<K> keys, Deserializer<V> values) {
        Map<String, Object> reading = Map.of("bootstrap.servers", bootstrap(), "isolation.level", "read_committed");
        try (KafkaConsumer<K, V> consumer = new KafkaConsumer<>(reading, keys, values)) {
            Collection<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<K, V>> records = new ArrayList<>();
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    @Override
    public void close() throws InterruptedException {
        admin.close(Duration.ZERO);
        if (process != null) {
            process.close();
        }
    }

    private ServerProcess java(String name, String... command) {
        return ServerProcess.java(
                folder,
                name,
                Map.of(),
                Built.kafkaClassPath(),
                List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of(command));
    }

    private String properties() {
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
                controller.listener.names=CONTROLLER
                log.dirs=%3$s
                auto.create.topics.enable=false
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=1
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1
                group.initial.rebalance.delay.ms=0
                group.min.session.timeout.ms=1000
                transaction.abort.timed.out.transaction.cleanup.interval.ms=500
                log.cleaner.dedupe.buffer.size=16777216
                """
                .formatted(port, controllerPort, folder.resolve("data"));
    }
}
