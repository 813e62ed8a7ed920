package io.millrace.connect.http;

import io.millrace.connect.commons.contract.ConverterSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;

/** The values of the connector's keys. */
final class HttpSourceConfig extends AbstractConfig {
    static final String HOST = "host";
    static final String PORT = "port";
    static final String PATH = "path";
    static final String TOPIC = "topic";
    static final String CONTRACT = "contract";
    static final String CONTRACTS_PATH = "contracts.path";
    static final String EVENT_KINDS = "event.kinds";
    static final String ALL_KINDS = "all";
    static final String MAX_REQUEST_BYTES = "max.request.bytes";
    static final String MAX_REQUEST_RECORDS = "max.request.records";
    static final String MAX_EVENT_BYTES = "max.event.bytes";
    static final String MAX_IN_FLIGHT_BYTES = "max.in.flight.bytes";
    static final String MAX_CONNECTIONS = "max.connections";
    static final String MAX_POLL_RECORDS = "max.poll.records";
    static final String REQUEST_TIMEOUT_MS = "request.timeout.ms";
    static final String IDLE_TIMEOUT_MS = "idle.timeout.ms";
    static final String BIND_TIMEOUT_MS = "bind.timeout.ms";
    static final String THREADS = "threads";

    HttpSourceConfig(Map<String, String> properties) {
        super(HttpSourceKeys.definition(), properties, false);
    }

    String host() {
        return getString(HOST);
    }

    int port() {
        return getInt(PORT);
    }

    String path() {
        return getString(PATH);
    }

    String topic() {
        return getString(TOPIC);
    }

    String contract() {
        return getString(CONTRACT).isEmpty() ? topic() : getString(CONTRACT);
    }

    /** The folder of the contracts; empty for those that come with the connector. */
    Optional<Path> contractsPath() {
        return Optional.of(getString(CONTRACTS_PATH))
                .filter(path -> !path.isBlank())
                .map(Path::of);
    }

    /** The topics of the kinds that are taken; empty when all are. */
    Optional<List<String>> eventKinds() {
        return Optional.of(getList(EVENT_KINDS)).filter(kinds -> !kinds.contains(ALL_KINDS));
    }

    /** Whether events of a kind are taken under its topic's name. */
    boolean takes(String topic) {
        return eventKinds().map(kinds -> kinds.contains(topic)).orElse(true);
    }

    ConverterSettings converter() {
        return new ConverterSettings(originals());
    }

    int threads() {
        return getInt(THREADS);
    }

    int maxConnections() {
        return getInt(MAX_CONNECTIONS);
    }

    int maxPollRecords() {
        return getInt(MAX_POLL_RECORDS);
    }

    long maxInFlightBytes() {
        return getLong(MAX_IN_FLIGHT_BYTES);
    }

    Duration idleTimeout() {
        return Duration.ofMillis(getLong(IDLE_TIMEOUT_MS));
    }

    Duration bindTimeout() {
        return Duration.ofMillis(getLong(BIND_TIMEOUT_MS));
    }

    /** Whether the worker is done with all records of a poll, their transaction committed, when it polls again. */
    boolean transactionPerPoll() {
        Map<String, Object> all = originals();
        return "required".equalsIgnoreCase(String.valueOf(all.get("exactly.once.support")))
                && "poll".equalsIgnoreCase(String.valueOf(all.getOrDefault("transaction.boundary", "poll")));
    }

    Limits limits() {
        return new Limits(
                getInt(MAX_REQUEST_BYTES),
                getInt(MAX_REQUEST_RECORDS),
                getInt(MAX_EVENT_BYTES),
                getLong(REQUEST_TIMEOUT_MS));
    }
}
