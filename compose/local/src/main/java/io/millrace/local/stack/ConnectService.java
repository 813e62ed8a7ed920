package io.millrace.local.stack;

import io.millrace.local.StackAddress;
import io.millrace.local.security.Access;
import io.millrace.local.security.Part;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One distributed Kafka Connect worker. */
final class ConnectService {
    static final String NAME = "connect";

    private ConnectService() {}

    static ServiceSpec spec(StackContext context) {
        Path conf = context.folder().conf(NAME);
        List<Path> plugins = new ArrayList<>(List.of(context.build().plugins()));
        plugins.addAll(context.servers().debezium());
        int port = context.address().connect();
        List<String> options = new ArrayList<>(List.of(KafkaService.logging(conf)));
        options.addAll(JmxExporter.agent(context, context.address().connectMetrics(), NAME));
        options.addAll(context.security().javaOptions());
        options.addAll(context.security().workerOptions());
        options.addAll(List.of(
                "-cp",
                context.checkout().kafkaClassPath(),
                "org.apache.kafka.connect.cli.ConnectDistributed",
                conf.resolve("worker.properties").toString()));
        List<String> command = StackContext.smallJava("512m", options.toArray(String[]::new));
        return ServiceSpec.of(
                        NAME,
                        port,
                        conf,
                        () -> {
                            context.servers().unpack(Servers.DEBEZIUM);
                            context.servers().unpack(Servers.DEBEZIUM_JDBC);
                            StackContext.write(
                                    conf.resolve("worker.properties"),
                                    settings(
                                            context.access(),
                                            plugins,
                                            context.folder().connectorSecrets(),
                                            context.security().worker()));
                            StackContext.write(conf.resolve("log4j2.properties"), KafkaService.log4j("INFO"));
                        },
                        command,
                        context.probes().httpOk(Part.CONNECT, context.access().url(port) + "/connectors"))
                .with(environment(context))
                .after(Node.Dependency.onAll(KafkaService.NAME));
    }

    /** What {@code ${env:...}} in a connector's configuration resolves to. */
    static Map<String, String> environment(StackContext context) {
        StackAddress address = context.address();
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("MILLRACE_HTTP_PORT", Integer.toString(address.httpSource()));
        variables.put("MILLRACE_POSTGRES_PORT", Integer.toString(address.postgres()));
        variables.put("MILLRACE_S3_URL", context.access().url(address.s3()));
        variables.put("MILLRACE_ELASTICSEARCH_URL", context.access().url(address.elasticsearch()));
        variables.put("MILLRACE_REGISTRY_URL", context.access().url(address.registry()));
        variables.putAll(context.security().workerEnvironment());
        variables.put("MILLRACE_CONTRACTS", context.folder().contracts().toString());
        variables.put("MILLRACE_KAFKA_BOOTSTRAP", StackContext.local(address.kafka()));
        return variables;
    }

    /**
     * @param secrets the folder whose files a connector's settings may refer to
     * @param guarded listeners and how they are guarded
     */
    static String settings(Access access, List<Path> plugins, Path secrets, String guarded) {
        StackAddress address = access.address();
        return """
                bootstrap.servers=%1$s
                group.id=millrace-connect
                rest.advertised.host.name=%2$s
                config.storage.topic=connect-configs
                offset.storage.topic=connect-offsets
                status.storage.topic=connect-status
                config.storage.replication.factor=1
                offset.storage.replication.factor=1
                status.storage.replication.factor=1
                offset.storage.partitions=4
                status.storage.partitions=1
                exactly.once.source.support=enabled
                topic.creation.enable=false
                offset.flush.interval.ms=5000
                # One worker: nobody else could take over, so waiting for it to come back only costs time.
                scheduled.rebalance.max.delay.ms=0
                # A killed worker is forgotten after this long, its sinks' consumers likewise (45 s is their default).
                session.timeout.ms=10000
                heartbeat.interval.ms=3000
                consumer.session.timeout.ms=10000
                consumer.heartbeat.interval.ms=3000
                # What a killed worker left open is aborted after this long; until then its topics look as if they ended there.
                producer.transaction.timeout.ms=15000
                # Records of aborted transactions are not events.
                consumer.isolation.level=read_committed

                plugin.path=%3$s
                plugin.discovery=service_load
                config.providers=env,file,dir
                config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider
                config.providers.env.param.allowlist.pattern=MILLRACE_.*
                config.providers.file.class=org.apache.kafka.common.config.provider.FileConfigProvider
                config.providers.file.param.allowed.paths=%5$s
                config.providers.dir.class=org.apache.kafka.common.config.provider.DirectoryConfigProvider
                config.providers.dir.param.allowed.paths=%5$s

                key.converter=org.apache.kafka.connect.storage.StringConverter
                # Confluent's wire format, which every Kafka client can read: a zero byte and a four-byte schema id.
                value.converter=io.apicurio.registry.utils.converter.AvroConverter
                value.converter.apicurio.registry.url=%4$s
                value.converter.apicurio.registry.auto-register=true
                value.converter.apicurio.registry.as-confluent=true
                value.converter.apicurio.registry.use-id=contentId
                value.converter.apicurio.registry.headers.enabled=false
                value.converter.apicurio.registry.find-latest=false

                %6$s
                """
                .formatted(
                        StackContext.local(address.kafka()),
                        StackAddress.HOST,
                        String.join(",", plugins.stream().map(Path::toString).toList()),
                        access.url(address.registry()) + "/apis/registry/v2",
                        secrets,
                        guarded);
    }
}
