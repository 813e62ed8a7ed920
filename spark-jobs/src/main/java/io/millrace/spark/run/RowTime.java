package io.millrace.spark.run;

import io.millrace.schemas.Contract;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * The field of a serving topic's rows that says which time a row is about.
 *
 * @param field its name
 * @param micros whether it counts in microseconds, not milliseconds
 */
record RowTime(String field, boolean micros) implements Serializable {
    private static final List<String> USUAL = List.of("window_start", "started_at", "event_time");

    /** The first time that is part of the key, else one of the usual names; empty when the rows have no such time. */
    static Optional<RowTime> of(Contract sink) {
        Schema schema = sink.requireValue();
        return Stream.concat(sink.topic().key().stream(), USUAL.stream())
                .flatMap(name -> Stream.ofNullable(schema.getField(name)))
                .flatMap(field -> unit(field.schema()).map(micros -> new RowTime(field.name(), micros)).stream())
                .findFirst();
    }

    /** Whether a time counts in microseconds; empty when it is none. */
    private static Optional<Boolean> unit(Schema schema) {
        if (schema.getType() == Schema.Type.UNION) {
            return schema.getTypes().stream()
                    .flatMap(type -> unit(type).stream())
                    .findFirst();
        }
        LogicalType meaning = schema.getLogicalType();
        if (meaning instanceof LogicalTypes.TimestampMillis) {
            return Optional.of(false);
        }
        return meaning instanceof LogicalTypes.TimestampMicros ? Optional.of(true) : Optional.empty();
    }

    /** Whether a row belongs to the range; one without a time does not. */
    boolean isIn(EventRange range, GenericRecord row) {
        return row.get(field) instanceof Long time && range.contains(micros ? Math.floorDiv(time, 1_000L) : time);
    }
}
