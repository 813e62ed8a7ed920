package io.millrace.connect.mqtt;

import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A record that knows its message.
 *
 * <p>Exactly-once workers keep the records of a transaction in a map until it is committed. Two equal messages would share
 * one entry there and be acknowledged once, so a record equals nothing but itself.
 */
final class MessageRecord extends SourceRecord {
    private final transient InFlight origin;

    MessageRecord(
            Map<String, ?> partition,
            Map<String, ?> offset,
            String topic,
            String key,
            Payload.Value value,
            Headers headers,
            InFlight origin) {
        super(
                partition,
                offset,
                topic,
                null,
                Schema.STRING_SCHEMA,
                key,
                value.schema(),
                value.value(),
                origin.message().receivedAt(),
                headers);
        this.origin = origin;
    }

    InFlight origin() {
        return origin;
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
