package io.millrace.tests;

import io.millrace.local.StackAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.awaitility.Awaitility;

/** A second broker that joins the cluster, gets a partition and is lost with it. */
final class LostBroker {
    private static final int ID = 2;
    private static final String TOPIC = "lost";

    private final StackHands hands;
    private final Path folder;

    /** @param folder for what it keeps */
    LostBroker(StackHands hands, Path folder) {
        this.hands = hands;
        this.folder = folder;
    }

    StackFaults.Fault fault() {
        return new StackFaults.Fault(
                "a broker that is lost", Set.of("KafkaPartitionsAtRisk"), this::lose, this::forget);
    }

    private void lose() throws Exception {
        Process broker = start();
        try (Admin admin = admin()) {
            Awaitility.await("the second broker is there")
                    .ignoreExceptions()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> admin.describeCluster().nodes().get().size() == 2);
            admin.createTopics(List.of(new NewTopic(TOPIC, Map.of(0, List.of(ID)))))
                    .all()
                    .get();
        } finally {
            broker.destroyForcibly().waitFor();
        }
    }

    private void forget() throws Exception {
        try (Admin admin = admin()) {
            admin.deleteTopics(List.of(TOPIC)).all().get();
            admin.unregisterBroker(ID).all().get();
        }
    }

    /** As the stack's own broker runs, with other settings. */
    private Process start() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.of(hands.stack().pid("kafka"))
                        .orElseThrow()
                        .info()
                        .command()
                        .orElseThrow(),
                "-Xmx256m"));
        List<String> arguments = List.of(
                Files.readString(Path.of("/proc", Long.toString(hands.stack().pid("kafka")), "cmdline"))
                        .split("\0"));
        int classPath = arguments.indexOf("-cp");
        command.addAll(arguments.subList(classPath, arguments.size() - 1));
        Path settings = folder.resolve("server.properties");
        command.add(settings.toString());
        Path data = Files.createDirectories(folder.resolve("data"));
        Properties meta = new Properties();
        try (var in = Files.newInputStream(hands.stack().state().resolve("data/kafka/meta.properties"))) {
            meta.load(in);
        }
        Files.writeString(
                data.resolve("meta.properties"),
                "version=1\nnode.id=%d\ncluster.id=%s\ndirectory.id=%s\n"
                        .formatted(ID, meta.getProperty("cluster.id"), Uuid.randomUuid()));
        StackAddress address = hands.stack().address();
        Files.writeString(
                settings,
                """
                process.roles=broker
                node.id=%1$d
                controller.quorum.voters=1@%2$s:%3$d
                controller.listener.names=CONTROLLER
                listeners=PLAINTEXT://%2$s:%4$d
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
                log.dirs=%5$s
                log.cleaner.dedupe.buffer.size=16777216
                """
                        .formatted(ID, StackAddress.HOST, address.kafkaController(), address.portBase() + 51, data));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("broker.log").toFile())
                .start();
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", hands.bootstrap()));
    }
}
