package io.millrace.local.stack;

import io.millrace.local.StackAddress;
import io.millrace.local.security.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One Elasticsearch node. */
final class ElasticsearchService {
    static final String NAME = "elasticsearch";

    private ElasticsearchService() {}

    static ServiceSpec spec(StackContext context) {
        Path home = context.servers().elasticsearch();
        Path conf = context.folder().conf(NAME);
        int port = context.address().elasticsearch();
        List<String> command = context.unprivileged()
                .command(List.of(home.resolve("bin/elasticsearch").toString()));
        return ServiceSpec.of(
                        NAME,
                        port,
                        conf,
                        () -> prepare(context, home, conf),
                        command,
                        // The root path is no probe: the module that answers it is not part of this distribution.
                        context.probes()
                                .httpOk(
                                        Part.ELASTICSEARCH,
                                        context.access().url(port)
                                                + "/_cluster/health?wait_for_status=yellow&timeout=1s"))
                .with(Map.of(
                        "ES_JAVA_HOME", StackContext.javaHome().toString(),
                        "ES_PATH_CONF", conf.resolve("config").toString(),
                        "ES_TMPDIR", conf.resolve("tmp").toString(),
                        "CLI_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Xshare:auto"))
                .stoppedBy("TERM", Duration.ofSeconds(20));
    }

    private static void prepare(StackContext context, Path home, Path conf) throws IOException {
        context.servers().unpack(Servers.ELASTICSEARCH);
        Path config = conf.resolve("config");
        Path data = context.folder().data(NAME);
        Files.createDirectories(config.resolve("jvm.options.d"));
        StackContext.write(
                config.resolve("elasticsearch.yml"),
                settings(
                        context.address(),
                        data,
                        conf.resolve("logs"),
                        context.security().elasticsearch()));
        context.security().elasticsearchFiles(config);
        StackContext.write(config.resolve("jvm.options"), jvmOptions());
        StackContext.write(config.resolve("log4j2.properties"), LOGGING);
        context.unprivileged().own(conf, config, conf.resolve("tmp"), conf.resolve("logs"), data);
    }

    static String settings(StackAddress address, Path data, Path logs, String security) {
        return """
                cluster.name: millrace
                node.name: millrace
                path.data: %s
                path.logs: %s
                http.host: %s
                http.port: %d
                transport.host: %s
                transport.port: %d
                discovery.type: single-node
                cluster.routing.allocation.disk.threshold_enabled: false
                %s
                """
                .formatted(
                        data,
                        logs,
                        StackAddress.HOST,
                        address.elasticsearch(),
                        StackAddress.HOST,
                        address.elasticsearchTransport(),
                        security);
    }

    private static String jvmOptions() {
        return """
                -Xms512m
                -Xmx512m
                -XX:+UseSerialGC
                -XX:TieredStopAtLevel=1
                -Djava.io.tmpdir=${ES_TMPDIR}
                -Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1
                -XX:+ExitOnOutOfMemoryError
                """;
    }

    private static final String LOGGING =
            """
            status=error
            appender.console.type=Console
            appender.console.name=console
            appender.console.layout.type=PatternLayout
            appender.console.layout.pattern=%d{yyyy-MM-dd HH:mm:ss.SSS} %-5p %c{1.} %m%n
            rootLogger.level=info
            rootLogger.appenderRef.console.ref=console
            """;
}
