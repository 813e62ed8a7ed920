package io.millrace.connect.commons;

import java.time.Instant;

/**
 * What a sink has applied from one topic-partition, as kept in the store beside the data.
 *
 * @param offset the highest Kafka offset applied
 * @param newestEventTime the newest event time among the applied records; null when none carried one
 * @param newestReceivedAt the newest collector time among the applied records; null when none carried one
 * @param count records applied up to the offset, each counted once however often it was delivered; dead letters included
 * @param updatedAt the sink's clock when the entry was written
 */
public record LedgerEntry(
        long offset, Instant newestEventTime, Instant newestReceivedAt, long count, Instant updatedAt) {

    /** Names of the fields in every store. */
    public static final String OFFSET = "offset";

    public static final String NEWEST_EVENT_TIME = "newest_event_time";
    public static final String NEWEST_RECEIVED_AT = "newest_received_at";
    public static final String COUNT = "count";
    public static final String UPDATED_AT = "updated_at";
}
