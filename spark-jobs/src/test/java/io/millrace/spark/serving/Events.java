package io.millrace.spark.serving;

/** Enriched events to aggregate. */
final class Events {
    private Events() {}

    /** The place in the source stands for the order of arrival. */
    static EnrichedEvent at(long time, String user, long arrival, long offset) {
        return new EnrichedEvent(
                "e" + offset,
                time,
                arrival - 5,
                "shop",
                user,
                "/p" + offset % 7,
                offset % 2 == 0 ? "DE" : "US",
                "phone",
                null,
                arrival,
                0,
                offset);
    }
}
