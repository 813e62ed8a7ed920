package io.millrace.spark.serving;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapGroupsWithStateFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.GroupState;

/**
 * Lets each id pass once within the horizon: of {@link Enrich#JUDGED} rows with the same one the first in the source's order,
 * so that a batch which is executed again gives the same rows.
 *
 * <p>Spark's {@code dropDuplicatesWithinWatermark} keeps a row of state per id and reads all of them in every batch, to find those
 * that have become too old. Here a row of state is a bucket of ids, and those are forgotten when their bucket is next touched: what
 * a batch costs depends on the batch.
 */
final class FirstOfEachId implements FlatMapGroupsWithStateFunction<Integer, Row, byte[], Row> {
    private static final long serialVersionUID = 1;

    private final long horizon;

    /** @param horizon how long an id is remembered after it first came */
    FirstOfEachId(Duration horizon) {
        this.horizon = Math.max(1, horizon.toMillis());
    }

    @Override
    public Iterator<Row> call(Integer bucket, Iterator<Row> rows, GroupState<byte[]> state) {
        List<Row> inOrder = new ArrayList<>();
        rows.forEachRemaining(inOrder::add);
        if (inOrder.size() > 1) {
            inOrder.sort(Comparator.<Row>comparingInt(row -> row.getInt(Enrich.PARTITION))
                    .thenComparingLong(row -> row.getLong(Enrich.OFFSET)));
        }
        SeenIds seen = new SeenIds(state.exists() ? state.get() : null);
        seen.forget(inOrder.get(0).getLong(Enrich.ARRIVAL) - horizon);
        // What was set aside is known by its place, which comes once.
        inOrder.removeIf(row ->
                row.isNullAt(Enrich.QUARANTINED) && !seen.add(row.getAs(Enrich.ID), row.getLong(Enrich.ARRIVAL)));
        if (!seen.isEmpty()) {
            state.update(seen.bytes());
        } else if (state.exists()) {
            state.remove();
        }
        return inOrder.iterator();
    }
}
