package io.millrace.connect.commons;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * What a record says about its key: the state after it, or that it is gone. Change events of Debezium are unwrapped.
 *
 * @param source the record as the task received it, for offsets and dead letters
 * @param view the record to read from: its value is the state; for a deletion the last known state, or null
 * @param kind what to do
 */
public record RecordImage(SinkRecord source, SinkRecord view, Kind kind) {

    /** What a record asks for. */
    public enum Kind {
        /** The value is the newest state. */
        WRITE,
        /** The key is gone. */
        DELETE,
        /** The record is about no key: a truncation, a message of the database. */
        NOTHING
    }

    /** How values are to be understood. */
    public enum Envelope {
        /** Unwrap what is recognizably a change event of Debezium. */
        AUTO,
        /** Every value is a change event. */
        DEBEZIUM,
        /** Values are taken as they are. */
        NONE
    }

    private static final Set<String> WRITES = Set.of("c", "r", "u");
    private static final Set<String> OTHERS = Set.of("t", "m");

    /**
     * Looks at a record.
     *
     * @throws RecordFailure when it has to be a change event and is not
     */
    public static RecordImage of(SinkRecord record, Envelope envelope) {
        if (record.value() == null) {
            return new RecordImage(record, record, Kind.DELETE);
        }
        if (envelope == Envelope.NONE) {
            return new RecordImage(record, record, Kind.WRITE);
        }
        if (record.value() instanceof Struct struct) {
            Schema schema = struct.schema();
            boolean event =
                    schema.field("op") != null && (schema.field("after") != null || schema.field("ts_ms") != null);
            if (event && (envelope == Envelope.DEBEZIUM || isNamedEnvelope(schema))) {
                return unwrap(record, struct.get("op"), side(struct, "before"), side(struct, "after"));
            }
        } else if (record.value() instanceof Map<?, ?> map) {
            boolean event = map.containsKey("op") && (map.containsKey("after") || map.containsKey("ts_ms"));
            if (event && (envelope == Envelope.DEBEZIUM || map.containsKey("source"))) {
                return unwrap(record, map.get("op"), side(map, "before"), side(map, "after"));
            }
        }
        if (envelope == Envelope.DEBEZIUM) {
            throw new RecordFailure("the value is not a change event with op and after; set envelope=auto or none");
        }
        return new RecordImage(record, record, Kind.WRITE);
    }

    private static boolean isNamedEnvelope(Schema schema) {
        return schema.name() != null && schema.name().endsWith("Envelope") && schema.field("source") != null;
    }

    private record Side(Schema schema, Object value) {}

    private static Side side(Struct struct, String name) {
        Field field = struct.schema().field(name);
        return field == null ? new Side(null, null) : new Side(field.schema(), struct.get(field));
    }

    private static Side side(Map<?, ?> map, String name) {
        return new Side(null, map.get(name));
    }

    private static RecordImage unwrap(SinkRecord record, Object op, Side before, Side after) {
        if ("d".equals(op)) {
            return new RecordImage(record, with(record, before), Kind.DELETE);
        }
        if (WRITES.contains(String.valueOf(op)) && after.value() != null) {
            return new RecordImage(record, with(record, after), Kind.WRITE);
        }
        if (OTHERS.contains(String.valueOf(op))) {
            return new RecordImage(record, record, Kind.NOTHING);
        }
        throw new RecordFailure("the change event has op=" + op + (after.value() == null ? " and nothing after it" : "")
                + ", which is not known");
    }

    private static SinkRecord with(SinkRecord record, Side state) {
        return record.newRecord(
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                state.schema(),
                state.value(),
                record.timestamp(),
                record.headers());
    }
}
