package io.millrace.spark.lake;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.schemas.EventSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The append-only tables: which topic each is filled from.
 *
 * @param table its name, also of its folder
 * @param topic the topic, with a contract
 * @param eventTime the columns that say when it happened; the first that is not null counts, else the Kafka timestamp
 * @param coordinates whether its rows carry the Kafka coordinates of their record
 */
record EventTable(String table, String topic, List<String> eventTime, boolean coordinates) {
    static final EventTable RAW = new EventTable("web_events_raw", "web.events", List.of("event_time"), true);
    static final EventTable ENRICHED =
            new EventTable("web_events_enriched", "web.enriched", List.of("event_time"), false);
    /** A record that could not be read has no event time: the day on which it was set aside stands in. */
    static final EventTable QUARANTINED = new EventTable(
            "web_events_quarantined", "quarantine.web.events", List.of("event_time", "quarantined_at"), false);

    /** What was set aside of the event kinds below. */
    static final EventTable KINDS_QUARANTINED =
            new EventTable("events_quarantined", "quarantine.events", List.of("event_time", "quarantined_at"), false);

    private static final List<EventTable> FIXED = List.of(RAW, ENRICHED, QUARANTINED, KINDS_QUARANTINED);

    /** All of these tables: those of the jobs, and one per event kind that has no job of its own. */
    static List<EventTable> all(Catalogue catalogue) {
        return Stream.concat(FIXED.stream(), ofKinds(catalogue).stream()).toList();
    }

    /**
     * One table per event kind, named after its topic. A kind whose table is taken, by one of the tables above or by a kind
     * whose topic comes first in the alphabet, has none.
     */
    static List<EventTable> ofKinds(Catalogue catalogue) {
        Set<String> taken = FIXED.stream().map(EventTable::table).collect(Collectors.toCollection(HashSet::new));
        return catalogue.keptKinds().stream()
                .filter(contract -> !contract.name().equals(RAW.topic()))
                .map(EventTable::ofKind)
                .filter(events -> taken.add(events.table()))
                .toList();
    }

    private static EventTable ofKind(Contract contract) {
        EventSpec event = contract.event().orElseThrow();
        return new EventTable(
                tableName(contract.name()),
                contract.name(),
                Stream.of(event.time(), event.received())
                        .flatMap(Optional::stream)
                        .distinct()
                        .toList(),
                true);
    }

    /** {@code shop.returns} -> {@code shop_returns_raw}; in small letters, as SQL does not tell them apart. */
    static String tableName(String topic) {
        return topic.replaceAll("[^A-Za-z0-9]", "_").toLowerCase(Locale.ROOT) + "_raw";
    }
}
