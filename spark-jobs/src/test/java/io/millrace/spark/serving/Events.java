package io.millrace.spark.serving;

import java.util.List;

/** Enriched events to aggregate. */
final class Events {
    /** One that has no place in a session's counts among them. */
    static final List<String> TYPES = List.of("page_view", "search", "add_to_cart", "purchase", "scroll");

    private Events() {}

    /** The place in the source stands for the order of arrival. */
    static EnrichedEvent at(long time, String user, long arrival, long offset) {
        return new EnrichedEvent(
                "e" + offset,
                time,
                arrival - 5,
                "shop",
                user,
                TYPES.get((int) (offset % TYPES.size())),
                "/p" + offset % 7,
                offset % 2 == 0 ? "DE" : "US",
                offset % 4 == 0 ? "BE" : null,
                "phone",
                null,
                arrival,
                0,
                offset);
    }
}
