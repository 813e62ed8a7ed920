package io.millrace.connect.http;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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

/**
 * A broker and a Connect worker with exactly-once support, as processes of their own on free ports. A worker that comes
 * back after kill -9 can only start its tasks when the transaction that was open has timed out, hence the short timeouts.
 */
final class LocalKafka implements AutoCloseable {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path folder;
    private final int brokerPort = freePort();
    private final int controllerPort = freePort();
    private final int connectPort = freePort();
    private ServerProcess broker;
    private ServerProcess worker;

    LocalKafka(Path folder) throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder);
        Files.writeString(folder.resolve("broker.properties"), brokerProperties());
        Files.writeString(folder.resolve("worker.properties"), workerProperties());
        ServerProcess.start(
                        folder,
                        "format",
                        "kafka.tools.StorageTool",
                        "format",
                        "-t",
                        "0o0o0o0o0o0o0o0o0o0o0A",
                        "-c",
                        folder.resolve("broker.properties").toString())
                .awaitSuccess();
    }

    void startBroker() throws IOException {
        broker = ServerProcess.start(
                folder,
                "broker",
                "kafka.Kafka",
                folder.resolve("broker.properties").toString());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> !admin.describeCluster().nodes().get().isEmpty());
        }
    }

    void startWorker() throws IOException {
        worker = ServerProcess.start(
                folder,
                "worker",
                "org.apache.kafka.connect.cli.ConnectDistributed",
                folder.resolve("worker.properties").toString());
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> rest("GET", "/connectors", "").statusCode() == 200);
    }

    void killBroker() throws InterruptedException {
        broker.kill();
    }

    void killWorker() throws InterruptedException {
        worker.kill();
    }

    void createTopic(String name) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            admin.createTopics(Set.of(new NewTopic(name, 2, (short) 1))).all().get();
        }
    }

    HttpResponse<String> rest(String method, String path, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + connectPort + path))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30))
                .method(method, HttpRequest.BodyPublishers.ofString(json))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Every committed record of the topic at this moment. */
    List<ConsumerRecord<String, String>> read(String topic) {
        return read(topic, new StringDeserializer());
    }

    <V> List<ConsumerRecord<String, V>> read(String topic, Deserializer<V> values) {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap(), "isolation.level", "read_committed");
        try (KafkaConsumer<String, V> consumer = new KafkaConsumer<>(settings, new StringDeserializer(), values)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, V>> records = new ArrayList<>();
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private String bootstrap() {
        return "127.0.0.1:" + brokerPort;
    }

    private String brokerProperties() {
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
                """
                .formatted(brokerPort, controllerPort, folder.resolve("data"));
    }

    private String workerProperties() {
        return """
                bootstrap.servers=127.0.0.1:%1$d
                group.id=connect
                listeners=http://127.0.0.1:%2$d
                plugin.path=%3$s
                plugin.discovery=service_load
                key.converter=org.apache.kafka.connect.storage.StringConverter
                value.converter=org.apache.kafka.connect.json.JsonConverter
                value.converter.schemas.enable=false
                exactly.once.source.support=enabled
                config.storage.topic=connect-configs
                config.storage.replication.factor=1
                offset.storage.topic=connect-offsets
                offset.storage.replication.factor=1
                offset.storage.partitions=1
                status.storage.topic=connect-status
                status.storage.replication.factor=1
                status.storage.partitions=1
                scheduled.rebalance.max.delay.ms=0
                session.timeout.ms=6000
                heartbeat.interval.ms=2500
                producer.transaction.timeout.ms=6000
                """
                .formatted(
                        brokerPort,
                        connectPort,
                        Path.of("target", "plugin").toAbsolutePath() + ","
                                + Path.of("..", "avro-converter", "target", "plugin")
                                        .toAbsolutePath()
                                        .normalize());
    }

    @Override
    public void close() throws InterruptedException {
        if (worker != null) {
            worker.close();
        }
        if (broker != null) {
            broker.close();
        }
    }
}
