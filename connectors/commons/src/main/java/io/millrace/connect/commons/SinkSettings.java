package io.millrace.connect.commons;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** The configuration keys that every sink has, and what is made of them. */
public final class SinkSettings {

    public static final String FRESHNESS_FROM = "freshness.from";
    public static final String EVENT_TIME_FROM = "event.time.from";
    public static final String LEDGER_REWIND = "ledger.rewind";
    public static final String RETRY_BACKOFF_MIN_MS = "retry.backoff.min.ms";
    public static final String RETRY_BACKOFF_MAX_MS = "retry.backoff.max.ms";
    public static final String RETRY_TIMEOUT_MS = "retry.timeout.ms";
    public static final String CONNECTION_CHECK = "connection.check";

    /** Which task of the connector a configuration is for, counted from 0. */
    static final String TASK = "millrace.task";

    private static final String FRESHNESS = "Freshness";
    private static final String DELIVERY = "Delivery";
    private static final String NAME = "name";
    private static final String ERRORS_TOLERANCE = "errors.tolerance";

    private SinkSettings() {}

    /** Adds the keys to a sink's own. */
    public static ConfigDef addTo(ConfigDef config) {
        return config.define(
                        FRESHNESS_FROM,
                        Type.STRING,
                        "",
                        Importance.MEDIUM,
                        "Value field with the time at which the newest input was received. When set, a field freshness_ms"
                                + " is written with the data: the sink's clock at the write minus this time.",
                        FRESHNESS,
                        1,
                        Width.MEDIUM,
                        "Freshness from")
                .define(
                        EVENT_TIME_FROM,
                        Type.STRING,
                        "newest_event_time",
                        Importance.LOW,
                        "Value field with the event time that the ledger keeps the newest of. A value without it is fine.",
                        FRESHNESS,
                        2,
                        Width.MEDIUM,
                        "Event time from")
                .define(
                        LEDGER_REWIND,
                        Type.BOOLEAN,
                        true,
                        Importance.LOW,
                        "Whether to read records again that Kafka counts as delivered and the store does not have, as after"
                                + " a crash that lost its last writes.",
                        DELIVERY,
                        1,
                        Width.SHORT,
                        "Rewind to the ledger")
                .define(
                        RETRY_BACKOFF_MIN_MS,
                        Type.LONG,
                        100L,
                        Range.atLeast(1),
                        Importance.LOW,
                        "Upper bound of the first wait while the store is unavailable; doubled with each attempt, and a"
                                + " random share of it is taken.",
                        DELIVERY,
                        2,
                        Width.SHORT,
                        "Smallest back-off (ms)")
                .define(
                        RETRY_BACKOFF_MAX_MS,
                        Type.LONG,
                        5_000L,
                        Range.atLeast(1),
                        Importance.LOW,
                        "Upper bound of every wait.",
                        DELIVERY,
                        3,
                        Width.SHORT,
                        "Largest back-off (ms)")
                .define(
                        RETRY_TIMEOUT_MS,
                        Type.LONG,
                        RetryBudget.UNLIMITED,
                        Range.atLeast(-1),
                        Importance.MEDIUM,
                        "How long an outage may last before the task fails; -1: it never does.",
                        DELIVERY,
                        4,
                        Width.SHORT,
                        "Retry time limit (ms)")
                .define(
                        CONNECTION_CHECK,
                        Type.BOOLEAN,
                        true,
                        Importance.LOW,
                        "Whether a configuration is only accepted when the store can be reached with it.",
                        DELIVERY,
                        5,
                        Width.SHORT,
                        "Check the connection");
    }

    /** The connector's name, which Connect passes with the configuration. */
    public static String connectorName(Map<String, String> properties) {
        String name = properties.get(NAME);
        if (name == null || name.isBlank()) {
            throw new ConfigException(NAME, name, "The ledger is kept by connector name, so there must be one");
        }
        return name;
    }

    /** One configuration for each task: the connector's, and which task it is. */
    public static List<Map<String, String>> taskConfigs(Map<String, String> properties, int tasks) {
        return IntStream.range(0, tasks)
                .mapToObj(task -> {
                    Map<String, String> config = new HashMap<>(properties);
                    config.put(TASK, Integer.toString(task));
                    return Map.copyOf(config);
                })
                .toList();
    }

    /** Whether bad records are tolerated. */
    public static boolean isTolerant(Map<String, String> properties) {
        return "all".equalsIgnoreCase(properties.get(ERRORS_TOLERANCE));
    }

    public static RetryBudget retryBudget(AbstractConfig config, Clock clock, RandomGenerator random) {
        return new RetryBudget(
                config.getLong(RETRY_BACKOFF_MIN_MS),
                config.getLong(RETRY_BACKOFF_MAX_MS),
                config.getLong(RETRY_TIMEOUT_MS),
                clock::millis,
                random);
    }

    public static LedgerBook ledgerBook(AbstractConfig config, Clock clock) {
        return new LedgerBook(
                clock,
                new RecordTime(config.getString(EVENT_TIME_FROM)),
                new RecordTime(config.getString(FRESHNESS_FROM)));
    }
}
