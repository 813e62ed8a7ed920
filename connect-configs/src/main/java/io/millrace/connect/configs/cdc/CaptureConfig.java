package io.millrace.connect.configs.cdc;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The settings of the connector that a capture has. A pure function. */
public final class CaptureConfig {
    private CaptureConfig() {}

    public static Map<String, String> of(CaptureSpec spec, String database, Map<String, String> hostSettings) {
        CaptureNames names = spec.names();
        Map<String, String> config = new TreeMap<>();
        config.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        config.put("tasks.max", "1");
        config.put("database.hostname", spec.workerHost());
        config.put("database.port", spec.workerPort());
        config.put("database.dbname", database);
        config.put("database.user", spec.connectorRole());
        config.put("database.password", spec.passwordReference());
        config.put("topic.prefix", names.prefix());
        config.put(
                "table.include.list",
                Stream.concat(spec.tables().stream(), Stream.of(names.marker()))
                        .map(CaptureConfig::pattern)
                        .collect(Collectors.joining(",")));
        config.put("plugin.name", "pgoutput");
        config.put("slot.name", names.inDatabase());
        config.put("publication.name", names.inDatabase());
        // Debezium's own default publishes every table, and the updates of tables without identity would fail.
        config.put("publication.autocreate.mode", "disabled");
        config.put("publish.via.partition.root", "true");
        config.put("snapshot.mode", spec.snapshot());
        // A gap between slot and stored offset fails the task instead of being skipped.
        config.put("offset.mismatch.strategy", "trust_offset");
        config.put("heartbeat.interval.ms", "5000");
        config.put("heartbeat.action.query", "SELECT pg_logical_emit_message(true, 'millrace_heartbeat', '')");
        config.put("message.prefix.exclude.list", "millrace_heartbeat");
        config.put("signal.enabled.channels", "source");
        config.put("signal.data.collection", names.signal());
        config.put("incremental.snapshot.watermarking.strategy", "insert_delete");
        config.put("notification.enabled.channels", "sink");
        config.put("notification.sink.topic.name", names.notificationTopic());
        config.put("poll.interval.ms", "50");
        config.put("decimal.handling.mode", "precise");
        config.put("schema.name.adjustment.mode", "avro");
        config.put("field.name.adjustment.mode", "avro");
        config.put("exactly.once.support", "required");
        config.put("transaction.boundary", "poll");
        for (String converter : new String[] {"key.converter", "value.converter"}) {
            config.put(converter, "io.apicurio.registry.utils.converter.AvroConverter");
            config.put(converter + ".apicurio.registry.url", "${env:MILLRACE_REGISTRY_URL}");
            config.put(converter + ".apicurio.registry.auto-register", "true");
            config.put(converter + ".apicurio.registry.as-confluent", "true");
            config.put(converter + ".apicurio.registry.use-id", "contentId");
            config.put(converter + ".apicurio.registry.headers.enabled", "false");
            config.put(converter + ".apicurio.registry.find-latest", "false");
        }
        config.putAll(spec.settings());
        config.putAll(hostSettings);
        return config;
    }

    /** A table as Debezium's anchored regular expression. */
    private static String pattern(String table) {
        return table.replaceAll("([^A-Za-z0-9_])", "\\\\$1");
    }
}
