package io.millrace.spark.serving;

import io.millrace.spark.Decoded;
import io.millrace.spark.ValueDecoder;
import io.millrace.spark.ValueEncoder;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Decides which records of an event kind count and which go to quarantine, and says why. One per task. */
public final class KindJudge {
    /** What becomes of a record. */
    public sealed interface Judgement {}

    /**
     * It counts.
     *
     * @param id its identity; null when it is the record itself
     * @param event the event in the schema of its contract
     * @param freshness its event time and received time
     */
    public record Counts(String id, GenericRecord event, Freshness freshness) implements Judgement {}

    /**
     * It is set aside.
     *
     * @param stage decode, contract or time
     * @param quarantined the record of the quarantine topic's contract; null when there is nothing to make it with
     */
    public record SetAside(String stage, GenericRecord quarantined) implements Judgement {}

    private record Failure(String stage, String field, String message, Integer schemaId) {}

    /** What could be read of a record; everything may be null but {@code received}, in epoch milliseconds. */
    private record Facts(String id, Long time, long received) {}

    private final EventKind kind;
    private final ValueDecoder decoder;
    private final ValueEncoder quarantine;

    /**
     * @param decoder gives values in the schema of the kind's contract
     * @param quarantine makes records of the quarantine topic; null when only the verdict matters
     */
    public KindJudge(EventKind kind, ValueDecoder decoder, ValueEncoder quarantine) {
        this.kind = kind;
        this.decoder = decoder;
        this.quarantine = quarantine;
    }

    /**
     * Judges one record.
     *
     * @param value its bytes, may be null
     * @param kafkaTime its Kafka timestamp, epoch milliseconds; negative when it has none
     * @param now the time of the batch, epoch milliseconds
     */
    public Judgement judge(byte[] value, SourceRecord source, long kafkaTime, long now) {
        long stamp = kafkaTime < 0 ? now : kafkaTime;
        Decoded decoded = decoder.decode(value);
        if (decoded instanceof Decoded.Unreadable unreadable) {
            Failure failure = new Failure(
                    "decode", null, unreadable.reason(), unreadable.schemaId().orElse(null));
            return setAside(new Facts(null, null, stamp), value, source, failure, now);
        }
        Decoded.Value event = (Decoded.Value) decoded;
        GenericRecord record = event.record();
        long received = time(record, kind.received()).orElse(stamp);
        long time = time(record, kind.time()).orElse(received);
        String id = kind.id() == null || record.get(kind.id()) == null
                ? null
                : record.get(kind.id()).toString();
        Facts facts = new Facts(id, time, received);
        if (id != null && id.isBlank()) {
            Failure failure = new Failure("contract", kind.id(), kind.id() + " must not be empty", event.schemaId());
            return setAside(facts, value, source, failure, now);
        }
        Optional<String> late = kind.rules()
                .problem(
                        time,
                        received,
                        kind.time() == null ? "the Kafka timestamp" : kind.time(),
                        kind.received() == null ? "the Kafka timestamp" : kind.received());
        return late.<Judgement>map(why ->
                        setAside(facts, value, source, new Failure("time", kind.time(), why, event.schemaId()), now))
                .orElseGet(() -> new Counts(id, record, new Freshness(time, received, received)));
    }

    /** A time in epoch milliseconds, whatever its unit; empty when there is none. */
    private static Optional<Long> time(GenericRecord record, String name) {
        Schema.Field field = name == null ? null : record.getSchema().getField(name);
        if (field == null || !(record.get(field.pos()) instanceof Long value)) {
            return Optional.empty();
        }
        return Optional.of(inMicros(field.schema()) ? Math.floorDiv(value, 1_000L) : value);
    }

    private static boolean inMicros(Schema schema) {
        if (schema.getType() == Schema.Type.UNION) {
            return schema.getTypes().stream().anyMatch(KindJudge::inMicros);
        }
        LogicalType meaning = schema.getLogicalType();
        return meaning instanceof LogicalTypes.TimestampMicros || meaning instanceof LogicalTypes.LocalTimestampMicros;
    }

    private Judgement setAside(Facts facts, byte[] value, SourceRecord source, Failure failure, long now) {
        if (quarantine == null) {
            return new SetAside(failure.stage(), null);
        }
        GenericRecord record = quarantine.newRecord();
        record.put("kind", kind.topic());
        record.put("event_id", facts.id());
        record.put("event_time", facts.time());
        record.put("received_at", facts.received());
        record.put(
                "failure",
                failure(
                        quarantine.schema(),
                        source,
                        failure.stage(),
                        failure.field(),
                        failure.message(),
                        failure.schemaId()));
        record.put("payload", value == null ? null : ByteBuffer.wrap(value));
        record.put("quarantined_at", now);
        return new SetAside(failure.stage(), record);
    }

    /**
     * The field {@code failure} of a quarantine topic's record.
     *
     * @param field may be null, as {@code schemaId}
     */
    static GenericRecord failure(
            Schema quarantine, SourceRecord source, String stage, String field, String message, Integer schemaId) {
        GenericRecord reason =
                new GenericData.Record(quarantine.getField("failure").schema());
        reason.put("stage", stage);
        reason.put("field", field);
        reason.put("message", message);
        reason.put("schema_id", schemaId);
        reason.put("topic", source.topic());
        reason.put("partition", source.partition());
        reason.put("offset", source.offset());
        return reason;
    }
}
