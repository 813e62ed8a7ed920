package io.millrace.local.demo;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What was counted at each hop, by name. A hop that could not be read has a reason instead. Not safe for several threads. */
final class Numbers {
    static final String ACCEPTED = "accepted";
    static final String MISSING = "accepted but not in Kafka";
    static final String KAFKA = "kafka web.events";
    static final String KAFKA_RECORDS = "kafka web.events, records";
    static final String RAW = "lake raw";
    static final String RAW_ROWS = "lake raw, rows";
    static final String ENRICHED = "lake enriched";
    static final String ENRICHED_IDS = "lake enriched, distinct";
    static final String QUARANTINED = "lake quarantined";
    static final String SESSIONS = "lake sessions";
    static final String SESSION_EVENTS = "lake sessions, their events";
    static final String USERS = "lake users";
    static final String ELASTICSEARCH = "elasticsearch requests";
    static final String ELASTICSEARCH_SESSIONS = "elasticsearch sessions";
    static final String ELASTICSEARCH_SESSION_EVENTS = "elasticsearch sessions, their events";
    static final String REDIS = "redis requests";
    static final String FRESHNESS_P50 = "freshness p50";
    static final String FRESHNESS_P99 = "freshness p99";
    static final String DLQ_REDIS = "dlq.redis-sink";
    static final String DLQ_ELASTICSEARCH = "dlq.elasticsearch-sink";

    private final Map<String, Long> values = new LinkedHashMap<>();
    private final Map<String, String> failures = new LinkedHashMap<>();

    static String source(String table) {
        return "mirror " + table + ", database";
    }

    static String mirror(String table) {
        return "mirror " + table + ", lake";
    }

    static String different(String table) {
        return "mirror " + table + ", rows that differ";
    }

    void put(String hop, long value) {
        values.put(hop, value);
        failures.remove(hop);
    }

    void fail(String hop, String reason) {
        values.remove(hop);
        failures.put(hop, reason);
    }

    Optional<Long> find(String hop) {
        return Optional.ofNullable(values.get(hop));
    }

    /** The number; zero when the hop could not be read. */
    long get(String hop) {
        return values.getOrDefault(hop, 0L);
    }

    /** Why a hop could not be read. */
    Optional<String> failure(String hop) {
        return Optional.ofNullable(failures.get(hop));
    }

    /** The number as people read it; a question mark when the hop could not be read. */
    String text(String hop) {
        return find(hop)
                .map(value -> String.format(java.util.Locale.ROOT, "%,d", value))
                .orElse("?");
    }

    /** A copy for comparing: what moves between two of them is progress. */
    Map<String, Long> snapshot() {
        return Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
}
