package io.millrace.connect.http;

import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A record that knows the request it came with.
 *
 * <p>Exactly-once workers keep the records of a transaction in a map until it is committed. Two equal events would share
 * one entry there and be acknowledged once, so a record equals nothing but itself.
 */
final class EventRecord extends SourceRecord {
    static final String ID_HEADER = "event_id";

    private final transient Submission submission;
    private final transient Event event;

    EventRecord(Map<String, ?> partition, Map<String, ?> offset, Event event, Submission submission) {
        super(
                partition,
                offset,
                event.topic(),
                null,
                event.key() == null ? null : Schema.STRING_SCHEMA,
                event.key(),
                event.value().schema(),
                event.value(),
                event.receivedAt(),
                headers(event));
        this.submission = submission;
        this.event = event;
    }

    /** Tells the request that Kafka has this record, or never will. */
    void settle(boolean stored) {
        if (stored) {
            submission.recordStored(event);
        } else {
            submission.recordDropped(event);
        }
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    private static ConnectHeaders headers(Event event) {
        ConnectHeaders headers = new ConnectHeaders();
        if (event.id() != null) {
            headers.addString(ID_HEADER, event.id());
        }
        event.headers().forEach(headers::addString);
        return headers;
    }
}
