package io.millrace.spark.serving;

import static org.apache.spark.sql.functions.col;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapGroupsWithStateFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.GroupState;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructType;

/**
 * Lets each id pass once within the horizon: of rows with the same one the first that came, in the source's order when they came
 * at once, so that a batch which is executed again gives the same rows. All rows of a stream's batch come at once, those of a
 * bounded run when Kafka got them. Takes the rows of a {@link SeenIds#bucket}; what is set aside always passes.
 *
 * <p>Spark's {@code dropDuplicatesWithinWatermark} keeps a row of state per id and reads all of them in every batch, to find those
 * that have become too old. Here a row of state is a bucket of ids, and those are forgotten when their bucket is next touched: what
 * a batch costs depends on the batch.
 */
final class FirstOfEachId implements FlatMapGroupsWithStateFunction<Integer, Row, byte[], Row> {
    private static final long serialVersionUID = 1;

    private final long horizon;
    private final int id;
    private final int arrival;
    private final int partition;
    private final int offset;
    private final int quarantined;

    /**
     * @param horizon how long an id is remembered after it first came
     * @param rows has {@code id} (16 bytes of a digest), {@code arrival} (epoch milliseconds), {@code partition}, {@code offset},
     *     and {@code quarantined}, which is null in what is good
     */
    FirstOfEachId(Duration horizon, StructType rows) {
        this.horizon = Math.max(1, horizon.toMillis());
        this.id = rows.fieldIndex("id");
        this.arrival = rows.fieldIndex("arrival");
        this.partition = rows.fieldIndex("partition");
        this.offset = rows.fieldIndex("offset");
        this.quarantined = rows.fieldIndex("quarantined");
    }

    /** The rows of {@code judged} that pass. @param judged has a column {@code bucket} too */
    static Dataset<Row> of(Dataset<Row> judged, Duration horizon) {
        Encoder<Row> rows = Encoders.row(judged.schema());
        return judged.groupBy(col("bucket"))
                .as(Encoders.INT(), rows)
                .flatMapGroupsWithState(
                        new FirstOfEachId(horizon, judged.schema()),
                        OutputMode.Append(),
                        Encoders.BINARY(),
                        rows,
                        GroupStateTimeout.NoTimeout());
    }

    @Override
    public Iterator<Row> call(Integer bucket, Iterator<Row> rows, GroupState<byte[]> state) {
        List<Row> inOrder = new ArrayList<>();
        rows.forEachRemaining(inOrder::add);
        if (inOrder.size() > 1) {
            inOrder.sort(Comparator.<Row>comparingLong(row -> row.getLong(arrival))
                    .thenComparingInt(row -> row.getInt(partition))
                    .thenComparingLong(row -> row.getLong(offset)));
        }
        SeenIds seen = new SeenIds(state.exists() ? state.get() : null);
        List<Row> passed = new ArrayList<>(inOrder.size());
        long now = Long.MIN_VALUE;
        for (Row row : inOrder) {
            if (row.getLong(arrival) != now) {
                now = row.getLong(arrival);
                seen.forget(now - horizon);
            }
            if (!row.isNullAt(quarantined) || seen.add(row.getAs(id), now)) {
                passed.add(row);
            }
        }
        if (!seen.isEmpty()) {
            state.update(seen.bytes());
        } else if (state.exists()) {
            state.remove();
        }
        return passed.iterator();
    }
}
