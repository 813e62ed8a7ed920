package io.millrace.spark.serving;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apache.avro.generic.GenericRecord;

/** How new the newest and how old the oldest event of an aggregate is; epoch milliseconds. */
public record Freshness(long newestEventTime, long oldestReceivedAt, long newestReceivedAt) {

    static Freshness of(EnrichedEvent event) {
        return new Freshness(event.eventTime(), event.receivedAt(), event.receivedAt());
    }

    Freshness with(Freshness other) {
        return new Freshness(
                Math.max(newestEventTime, other.newestEventTime),
                Math.min(oldestReceivedAt, other.oldestReceivedAt),
                Math.max(newestReceivedAt, other.newestReceivedAt));
    }

    /** Fills in the fields that every serving contract has. */
    void into(GenericRecord value) {
        value.put("newest_event_time", newestEventTime);
        value.put("oldest_received_at", oldestReceivedAt);
        value.put("newest_received_at", newestReceivedAt);
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(newestEventTime);
        out.writeLong(oldestReceivedAt);
        out.writeLong(newestReceivedAt);
    }

    static Freshness read(DataInput in) throws IOException {
        return new Freshness(in.readLong(), in.readLong(), in.readLong());
    }
}
