package io.millrace.spark.support;

import io.millrace.testing.Built;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The folder of a broker that is a cluster by itself. It can be started again later and has its records still.
 *
 * @param folder of its files
 * @param port on loopback
 */
public record Broker(Path folder, int port) {
    /** A JVM for a server of tests, which live too short for the better compiler. */
    public static final List<String> SMALL = List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    /** Makes an empty one. */
    public static Broker format(Path folder, int port, int controllerPort) throws IOException {
        Path data = Files.createDirectories(folder.resolve("kafka"));
        Broker broker = new Broker(folder, port);
        Files.writeString(
                broker.properties(),
                String.join(
                        "\n",
                        "process.roles=broker,controller",
                        "node.id=1",
                        "controller.quorum.bootstrap.servers=127.0.0.1:" + controllerPort,
                        "listeners=PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
                        "advertised.listeners=PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:"
                                + controllerPort,
                        "controller.listener.names=CONTROLLER",
                        "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                        "log.dirs=" + data,
                        "offsets.topic.replication.factor=1",
                        "offsets.topic.num.partitions=4",
                        "transaction.state.log.replication.factor=1",
                        "transaction.state.log.min.isr=1",
                        "transaction.state.log.num.partitions=4",
                        "share.coordinator.state.topic.replication.factor=1",
                        "share.coordinator.state.topic.min.isr=1",
                        "group.initial.rebalance.delay.ms=0",
                        "auto.create.topics.enable=false"));
        int formatted = ServerProcess.start(
                        broker.log(),
                        java(
                                SMALL,
                                List.of(
                                        "-cp",
                                        Built.kafkaClassPath(),
                                        "kafka.tools.StorageTool",
                                        "format",
                                        "--standalone",
                                        "-t",
                                        "Q2x1c3Rlci1vZi10ZXN0cw",
                                        "-c",
                                        broker.properties().toString())))
                .waitFor();
        if (formatted != 0) {
            throw new IllegalStateException("cannot format Kafka's folder, see " + broker.log());
        }
        return broker;
    }

    /** Starts it; it does not answer at once. */
    public ServerProcess start(List<String> jvm) {
        return ServerProcess.start(
                log(),
                java(
                        jvm,
                        List.of(
                                "-cp",
                                Built.kafkaClassPath(),
                                "kafka.Kafka",
                                properties().toString())));
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    private Path properties() {
        return folder.resolve("kafka.properties");
    }

    private Path log() {
        return folder.resolve("kafka.log");
    }

    static ProcessBuilder java(List<String> jvm, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }
}
