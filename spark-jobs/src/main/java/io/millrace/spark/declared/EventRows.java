package io.millrace.spark.declared;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.timestamp_millis;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.unix_millis;

import io.millrace.spark.Codecs;
import io.millrace.spark.Decoded;
import io.millrace.spark.Digests;
import io.millrace.spark.ValueDecoder;
import io.millrace.spark.lake.ContractTypes;
import io.millrace.spark.serving.EventKind;
import io.millrace.spark.serving.KindJudge;
import io.millrace.spark.serving.SourceRecord;
import java.sql.Timestamp;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Makes the rows of {@link EventView} of the records of a topic. Times go in and come out as numbers: a timestamp on its way
 * into an object and back costs as much as decoding some fields.
 */
final class EventRows implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1;

    private final Codecs codecs;
    private final String topic;
    private final EventKind kind;
    private final StructType fields;
    private final int time;
    private final boolean identified;

    /**
     * @param kind the rules of the event kind; null when whoever writes the topic has applied them
     * @param fields columns of the contract's fields
     * @param time name of the column that must not be null in the end
     * @param identified whether somebody looks at {@link EventView#IDENTITY}
     */
    EventRows(Codecs codecs, String topic, EventKind kind, StructType fields, String time, boolean identified) {
        this.codecs = codecs;
        this.topic = topic;
        this.kind = kind;
        this.fields = fields;
        this.identified = identified;
        this.time = fields.getFieldIndex(time).isDefined() ? fields.fieldIndex(time) : -1;
    }

    /**
     * The rows of a topic, with {@link EventView#IDENTITY}, {@link EventView#REFUSED} and {@link EventView#POSITION}.
     *
     * @param records as Spark reads them from Kafka
     * @param arrival the time of the batch
     */
    Dataset<Row> over(Dataset<Row> records, Column arrival) {
        StructType row = fields.add(EventView.KAFKA_TIMESTAMP, DataTypes.LongType)
                .add(EventView.ARRIVAL, DataTypes.LongType)
                .add(EventView.IDENTITY, DataTypes.BinaryType)
                .add(EventView.REFUSED, DataTypes.BooleanType, false)
                .add(EventView.POSITION, DataTypes.LongType);
        return records.select(
                        col("value"),
                        col("partition"),
                        col("offset"),
                        unix_millis(col("timestamp")),
                        unix_micros(arrival))
                .mapPartitions(this, Encoders.row(row))
                .withColumn(EventView.KAFKA_TIMESTAMP, timestamp_millis(col(EventView.KAFKA_TIMESTAMP)))
                .withColumn(EventView.ARRIVAL, timestamp_micros(col(EventView.ARRIVAL)));
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        ValueDecoder decoder = codecs.decoder(topic, decoded());
        KindJudge judge = kind == null ? null : new KindJudge(kind, decoder, null);
        ContractTypes types = new ContractTypes(decoder.schema(), fields);
        Digests digests = new Digests();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Row next() {
                Row row = rows.next();
                return event(row, judge, decoder)
                        .map(event -> row(row, event, types, digests))
                        .orElseGet(() -> refused(row));
            }
        };
    }

    /** The fields of the contract that decide, and those that become columns. */
    private Set<String> decoded() {
        Set<String> needed = new HashSet<>(List.of(fields.fieldNames()));
        if (kind != null) {
            Stream.of(kind.id(), kind.time(), kind.received())
                    .filter(Objects::nonNull)
                    .forEach(needed::add);
        }
        return needed;
    }

    /** @param happened epoch milliseconds, when the event's own time is null */
    private record Event(GenericRecord record, String id, long happened) {}

    private Optional<Event> event(Row row, KindJudge judge, ValueDecoder decoder) {
        byte[] value = row.getAs(0);
        long stamp = row.getLong(3);
        if (judge != null) {
            SourceRecord source = new SourceRecord(topic, row.getInt(1), row.getLong(2));
            return judge.judge(value, source, stamp, Math.floorDiv(row.getLong(4), 1_000L))
                            instanceof KindJudge.Counts counts
                    ? Optional.of(new Event(
                            counts.event(), counts.id(), counts.freshness().newestEventTime()))
                    : Optional.empty();
        }
        return decoder.decode(value) instanceof Decoded.Value decoded
                ? Optional.of(new Event(decoded.record(), null, stamp))
                : Optional.empty();
    }

    private Row row(Row row, Event event, ContractTypes types, Digests digests) {
        Object[] values = new Object[fields.size() + 5];
        types.fill(event.record(), values);
        if (time >= 0 && values[time] == null) {
            values[time] = new Timestamp(event.happened());
        }
        int next = fields.size();
        values[next] = row.getLong(3);
        values[next + 1] = row.getLong(4);
        if (identified) {
            values[next + 2] = digests.bits128(
                    event.id() == null ? topic + "-" + row.getInt(1) + "@" + row.getLong(2) : "id " + event.id());
        }
        values[next + 3] = false;
        // Tells records of the same time apart: no topic has 32,768 partitions with so many records.
        values[next + 4] = ((long) row.getInt(1) << 48) | row.getLong(2);
        return RowFactory.create(values);
    }

    private Row refused(Row row) {
        Object[] values = new Object[fields.size() + 5];
        values[fields.size()] = row.getLong(3);
        values[fields.size() + 1] = row.getLong(4);
        values[fields.size() + 3] = true;
        return RowFactory.create(values);
    }
}
