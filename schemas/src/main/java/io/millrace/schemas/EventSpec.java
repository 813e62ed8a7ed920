package io.millrace.schemas;

import java.util.Optional;

/**
 * What makes a topic an event kind: it is taken at the HTTP edge, kept in the lake and counted per minute. The names are
 * those of top-level fields of the value schema that exist and fit in type; defaults are already filled in. Such a field
 * may be nullable: a record without an id is counted by itself, one without a time happened when it was received.
 *
 * @param id the field that identifies an event (string, int or long), counted once per value; empty: every record counts
 * @param time the field that holds the event time (long, {@code timestamp-millis}, {@code timestamp-micros}; a plain
 *     long is milliseconds since 1970 UTC); empty: the Kafka timestamp
 * @param received the field that holds the time of arrival, typed as {@code time}; empty: the Kafka timestamp
 * @param internal whether its events are the platform's own: taken at the edge, but not kept, counted or judged
 */
public record EventSpec(Optional<String> id, Optional<String> time, Optional<String> received, boolean internal) {
    /** A kind that is kept, counted and judged. */
    public EventSpec(Optional<String> id, Optional<String> time, Optional<String> received) {
        this(id, time, received, false);
    }
}
