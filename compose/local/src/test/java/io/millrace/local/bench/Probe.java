package io.millrace.local.bench;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** One event and when it was seen where. Safe for use by several threads. */
final class Probe {
    /** Where an event shows up, in the order in which it gets there; a store has a row by its key, or by a search. */
    enum Place {
        ENRICHED,
        MINUTES_TOPIC,
        MINUTES_REDIS,
        MINUTES_ELASTICSEARCH,
        MINUTES_SEARCH,
        SESSIONS_TOPIC,
        SESSIONS_REDIS,
        SESSIONS_ELASTICSEARCH,
        SESSIONS_SEARCH
    }

    private final String name;
    private final Map<Place, Long> seen = new ConcurrentHashMap<>();
    private volatile long accepted;

    /** @param name its id, its site and its user */
    Probe(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** @param nanos when the collector's answer was there */
    void accepted(long nanos) {
        accepted = nanos;
    }

    void seen(Place place, long nanos) {
        seen.putIfAbsent(place, nanos);
    }

    boolean isSeen(Place place) {
        return seen.containsKey(place);
    }

    boolean isMissing() {
        return seen.size() < Place.values().length;
    }

    /** Milliseconds from acceptance; empty when it did not get there. What was seen before the answer came is 0. */
    Optional<Double> millis(Place place) {
        return Optional.ofNullable(seen.get(place)).map(nanos -> Math.max(0, (nanos - accepted) / 1e6));
    }
}
