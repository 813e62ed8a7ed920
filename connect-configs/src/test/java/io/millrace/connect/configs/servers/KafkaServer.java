package io.millrace.connect.configs.servers;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A broker on free ports, in a process of its own. */
public final class KafkaServer implements AutoCloseable {
    private final int port = Runtimes.freePort();
    private final int controllerPort = Runtimes.freePort();
    private final ServerProcess process;
    private final Admin admin;

    public KafkaServer(Path parent) throws Exception {
        Path folder = Files.createDirectories(parent.resolve("kafka"));
        Path settings = folder.resolve("broker.properties");
        Files.writeString(settings, properties(folder));
        start(
                        folder,
                        "format",
                        "kafka.tools.StorageTool",
                        "format",
                        "-t",
                        "0o0o0o0o0o0o0o0o0o0o0A",
                        "-c",
                        settings.toString())
                .awaitSuccess();
        process = start(folder, "broker", "kafka.Kafka", settings.toString());
        admin = Admin.create(Map.of("bootstrap.servers", bootstrap()));
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
            process.requireAlive();
            return !admin.describeCluster().nodes().get().isEmpty();
        });
    }

    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    public Admin admin() {
        return admin;
    }

    public void createTopic(String name, int partitions, Map<String, String> settings) throws Exception {
        admin.createTopics(Set.of(new NewTopic(name, partitions, (short) 1).configs(settings)))
                .all()
                .get();
    }

    @Override
    public void close() throws InterruptedException {
        admin.close(Duration.ZERO);
        process.close();
    }

    private static ServerProcess start(Path folder, String name, String... arguments) throws IOException {
        List<String> all = new java.util.ArrayList<>(List.of("-cp", Runtimes.kafka()));
        all.addAll(List.of(arguments));
        return ServerProcess.start(folder, name, Map.of(), all);
    }

    private String properties(Path folder) {
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
                log.cleaner.dedupe.buffer.size=16777216
                """
                .formatted(port, controllerPort, folder.resolve("data"));
    }
}
