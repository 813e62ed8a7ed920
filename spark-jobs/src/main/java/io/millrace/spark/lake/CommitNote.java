package io.millrace.spark.lake;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a Hudi commit says about itself, in its extra metadata.
 *
 * @param offsets the Kafka offsets up to which the table is complete once this is committed
 * @param newestEventTime newest time at which something in the batch happened; null when nothing says so
 * @param batch which micro-batch of which query wrote it; for people, the fence does not need it
 * @param more what else the table has to remember; names begin with {@link #PREFIX}
 */
record CommitNote(OffsetVector offsets, Instant newestEventTime, String batch, Map<String, String> more) {
    /** Options that begin with this go into the commit's metadata. */
    static final String PREFIX = "millrace.";

    static final String OFFSETS = PREFIX + "offsets";
    static final String NEWEST_EVENT_TIME = PREFIX + "newest_event_time";
    static final String BATCH = PREFIX + "batch";

    CommitNote(OffsetVector offsets, Instant newestEventTime, String batch) {
        this(offsets, newestEventTime, batch, Map.of());
    }

    Map<String, String> entries() {
        Map<String, String> entries = new LinkedHashMap<>(more);
        entries.put(OFFSETS, offsets.toJson());
        entries.put(BATCH, batch);
        if (newestEventTime != null) {
            entries.put(NEWEST_EVENT_TIME, newestEventTime.toString());
        }
        return entries;
    }
}
