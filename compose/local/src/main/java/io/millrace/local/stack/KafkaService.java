package io.millrace.local.stack;

import io.millrace.local.StackAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One Kafka node that is broker and controller. */
final class KafkaService {
    static final String NAME = "kafka";

    private KafkaService() {}

    static ServiceSpec spec(StackContext context) {
        Path conf = context.folder().conf(NAME);
        List<String> options = new ArrayList<>(List.of(logging(conf)));
        options.addAll(JmxExporter.agent(context, context.address().kafkaMetrics(), NAME));
        options.addAll(List.of(
                "-cp",
                context.checkout().kafkaClassPath(),
                "io.millrace.kafka.Broker",
                conf.resolve("server.properties").toString()));
        List<String> command = StackContext.smallJava("384m", options.toArray(String[]::new));
        int port = context.address().kafka();
        return ServiceSpec.of(
                        NAME,
                        port,
                        conf,
                        () -> prepare(context, conf),
                        command,
                        context.probes().kafka(context.security()))
                .stoppedBy("TERM", java.time.Duration.ofSeconds(15));
    }

    private static void prepare(StackContext context, Path conf) throws Exception {
        Path data = context.folder().data(NAME);
        StackContext.write(
                conf.resolve("server.properties"),
                settings(context.address(), data, context.security().broker()));
        StackContext.write(conf.resolve("log4j2.properties"), log4j("INFO"));
        if (Files.exists(data.resolve("meta.properties"))) {
            return;
        }
        StackContext.write(conf.resolve("quiet.properties"), "status=off\nrootLogger.level=off\n");
        List<String> format = new ArrayList<>(StackContext.smallJava("128m"));
        format.addAll(List.of(
                "-Dlog4j2.configurationFile=" + conf.resolve("quiet.properties"),
                "-cp",
                context.checkout().kafkaClassPath(),
                "kafka.tools.StorageTool",
                "format",
                "-t",
                org.apache.kafka.common.Uuid.randomUuid().toString(),
                "-c",
                conf.resolve("server.properties").toString()));
        Commands.run(format, Map.of(), context.folder().log(NAME));
    }

    /**
     * The voters are static, not the dynamic quorum of newer clusters: that one remembers the controller's port in its
     * log, and the same state may come up on another port base.
     */
    static String settings(StackAddress address, Path data, String listeners) {
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@%1$s:%2$d
                controller.listener.names=CONTROLLER
                log.dirs=%3$s
                %4$s

                # One node, so one replica of everything; few internal partitions, as each costs files and start time.
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=4
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=4
                # A transaction that a killed producer left open holds readers back: see that soon.
                transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1
                share.coordinator.state.topic.num.partitions=1
                default.replication.factor=1
                min.insync.replicas=1

                # Topics come from the catalogue only.
                auto.create.topics.enable=false
                group.initial.rebalance.delay.ms=0
                # The default cleaner buffer alone is a third of our heap.
                log.cleaner.dedupe.buffer.size=16777216
                num.network.threads=2
                num.io.threads=4
                background.threads=4
                """
                .formatted(StackAddress.HOST, address.kafkaController(), data, listeners);
    }

    static String logging(Path conf) {
        return "-Dlog4j2.configurationFile=" + conf.resolve("log4j2.properties");
    }

    static String log4j(String rootLevel) {
        return """
                status=warn
                appender.console.type=Console
                appender.console.name=console
                appender.console.layout.type=PatternLayout
                appender.console.layout.pattern=%%d{yyyy-MM-dd HH:mm:ss.SSS} %%-5p %%c{1.} %%m%%n
                rootLogger.level=%s
                rootLogger.appenderRef.console.ref=console
                # Whole configurations, printed again for every client.
                logger.clients.name=org.apache.kafka.clients
                logger.clients.level=warn
                logger.config.name=org.apache.kafka.common.config
                logger.config.level=warn
                logger.connectconfig.name=org.apache.kafka.connect.runtime.ConnectorConfig
                logger.connectconfig.level=warn
                logger.enriched.name=org.apache.kafka.connect.runtime.ConnectorConfig$EnrichedConnectorConfig
                logger.enriched.level=warn
                """
                .formatted(rootLevel);
    }
}
