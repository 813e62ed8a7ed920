package io.millrace.connect.http;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** The keys of the connector: their types, defaults and bounds. */
final class HttpSourceKeys {
    private static final String LISTENER = "Listener";
    private static final String DATA = "Data";
    private static final String LIMITS = "Limits";

    private HttpSourceKeys() {}

    static ConfigDef definition() {
        ConfigDef keys = new ConfigDef();
        define(
                keys,
                HttpSourceConfig.PORT,
                Type.INT,
                28001,
                Range.between(0, 65535),
                Importance.HIGH,
                LISTENER,
                1,
                "Port to listen on; 0 takes any free one. One worker runs the task, and clients have to find it there.");
        define(
                keys,
                HttpSourceConfig.HOST,
                Type.STRING,
                "127.0.0.1",
                new ConfigDef.NonEmptyString(),
                Importance.HIGH,
                LISTENER,
                2,
                "Address to listen on; 0.0.0.0 listens on every interface.");
        define(
                keys,
                HttpSourceConfig.PATH,
                Type.STRING,
                "/v1/events",
                ConfigDef.LambdaValidator.with(
                        HttpSourceKeys::checkPath, () -> "starts with / and is not /healthz or /readyz"),
                Importance.LOW,
                LISTENER,
                3,
                "Path that takes events of the topic below; each event kind has the path under it that ends with its topic.");
        define(
                keys,
                HttpSourceConfig.THREADS,
                Type.INT,
                2,
                Range.between(1, 64),
                Importance.LOW,
                LISTENER,
                4,
                "Threads that read requests.");
        define(
                keys,
                HttpSourceConfig.MAX_CONNECTIONS,
                Type.INT,
                1024,
                Range.atLeast(1),
                Importance.LOW,
                LISTENER,
                5,
                "Open connections; one more is closed at once.");
        define(
                keys,
                HttpSourceConfig.IDLE_TIMEOUT_MS,
                Type.LONG,
                60_000L,
                Range.atLeast(100),
                Importance.LOW,
                LISTENER,
                6,
                "Milliseconds after which a connection without a request is closed.");
        define(
                keys,
                HttpSourceConfig.BIND_TIMEOUT_MS,
                Type.LONG,
                15_000L,
                Range.atLeast(0),
                Importance.LOW,
                LISTENER,
                7,
                "Milliseconds to wait for a port that is still in use before the task fails.");
        define(
                keys,
                HttpSourceConfig.TOPIC,
                Type.STRING,
                "web.events",
                new ConfigDef.NonEmptyString(),
                Importance.HIGH,
                DATA,
                1,
                "Topic that events are written to.");
        define(
                keys,
                HttpSourceConfig.CONTRACT,
                Type.STRING,
                "",
                null,
                Importance.MEDIUM,
                DATA,
                2,
                "Contract that events have to keep, by its name in the catalogue; empty: the one of the topic.");
        define(
                keys,
                HttpSourceConfig.CONTRACTS_PATH,
                Type.STRING,
                "",
                ConfigDef.LambdaValidator.with(HttpSourceKeys::checkFolder, () -> "a path"),
                Importance.MEDIUM,
                DATA,
                3,
                "Folder of the contracts on the worker's machine, a folder for each; what changes in it is live within two"
                        + " seconds. Empty: the contracts that come with the connector.");
        define(
                keys,
                HttpSourceConfig.EVENT_KINDS,
                Type.LIST,
                List.of(HttpSourceConfig.ALL_KINDS),
                ConfigDef.ValidList.anyNonDuplicateValues(false, false),
                Importance.MEDIUM,
                DATA,
                4,
                "Event kinds that are taken at their own paths, by their topics with commas between, or all.");
        define(
                keys,
                HttpSourceConfig.MAX_REQUEST_BYTES,
                Type.INT,
                4 << 20,
                Range.between(1, 1 << 30),
                Importance.MEDIUM,
                LIMITS,
                1,
                "Bytes of one request body, as sent and when inflated; 413 above.");
        define(
                keys,
                HttpSourceConfig.MAX_REQUEST_RECORDS,
                Type.INT,
                10_000,
                Range.atLeast(1),
                Importance.MEDIUM,
                LIMITS,
                2,
                "Events in one request; 413 above.");
        define(
                keys,
                HttpSourceConfig.MAX_EVENT_BYTES,
                Type.INT,
                512 << 10,
                Range.atLeast(1),
                Importance.MEDIUM,
                LIMITS,
                3,
                "Bytes of one event as JSON; 413 above. Must stay well below the producer's max.request.size (1 MiB unless"
                        + " producer.override.max.request.size says otherwise), because a record that the producer refuses"
                        + " ends the task.");
        define(
                keys,
                HttpSourceConfig.MAX_IN_FLIGHT_BYTES,
                Type.LONG,
                64L << 20,
                Range.atLeast(1),
                Importance.MEDIUM,
                LIMITS,
                4,
                "Bytes that all requests may hold together until Kafka has their records: their bodies, "
                        + Limits.RECORD_OVERHEAD
                        + " for each event, and 16 to some hundred for each element of its arrays and maps;"
                        + " 503 above.");
        define(
                keys,
                HttpSourceConfig.REQUEST_TIMEOUT_MS,
                Type.LONG,
                30_000L,
                Range.atLeast(1),
                Importance.MEDIUM,
                LIMITS,
                5,
                "Milliseconds to receive a request (408 above), and then for Kafka to acknowledge it (503 above).");
        define(
                keys,
                HttpSourceConfig.MAX_POLL_RECORDS,
                Type.INT,
                5_000,
                Range.atLeast(1),
                Importance.LOW,
                LIMITS,
                6,
                "Records that Connect fetches at a time, which with transaction.boundary=poll is one transaction. A"
                        + " request is never divided, so a larger one is fetched alone.");
        return keys;
    }

    private static void define(
            ConfigDef keys,
            String name,
            Type type,
            Object defaultValue,
            ConfigDef.Validator validator,
            Importance importance,
            String group,
            int order,
            String doc) {
        keys.define(name, type, defaultValue, validator, importance, doc, group, order, Width.MEDIUM, name);
    }

    private static void checkPath(String name, Object value) {
        String path = String.valueOf(value);
        if (!path.startsWith("/") || path.contains("?") || path.equals("/healthz") || path.equals("/readyz")) {
            throw new ConfigException(name, value, "must start with /, have no query, and not be /healthz or /readyz");
        }
    }

    private static void checkFolder(String name, Object value) {
        try {
            Path.of(String.valueOf(value));
        } catch (InvalidPathException e) {
            throw new ConfigException(name, value, "is no path: " + e.getMessage());
        }
    }
}
