package io.millrace.connect.file;

import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A record that knows what it came from. Equals nothing but itself: exactly-once workers keep the records of a transaction
 * in a map until it is committed, and each of them has to be settled.
 */
final class FileRecord extends SourceRecord {
    private final transient Progress progress;

    FileRecord(
            Map<String, ?> partition,
            Map<String, ?> offset,
            String topic,
            String key,
            Schema schema,
            Object value,
            long timestamp,
            Headers headers,
            Progress progress) {
        super(
                partition,
                offset,
                topic,
                null,
                key == null ? null : Schema.STRING_SCHEMA,
                key,
                schema,
                value,
                timestamp,
                headers);
        this.progress = progress;
        progress.sent();
    }

    void settled() {
        progress.settled();
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
