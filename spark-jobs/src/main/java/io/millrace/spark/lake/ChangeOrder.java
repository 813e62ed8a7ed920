package io.millrace.spark.lake;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;

/**
 * Which of two changes of a row is the newer one, as one number: the snapshots that came before it in its partition, then
 * its position in the database's log.
 *
 * <p>The log's position orders logged changes of a row, in whatever order and however often they arrive. It does not
 * order them with the rows of a whole snapshot: a transaction that was open while the snapshot began has changes with
 * smaller positions that the snapshot does not contain. But no change is logged into the topic while a snapshot is, so
 * what comes before a snapshot is older than it, and what comes after is newer. Rows that are read again by an incremental
 * snapshot come among changes, and are ordered with them by {@link ChangeSchema#POSITION}. Immutable.
 *
 * @param snapshots partition -> the last snapshot that it has rows of
 */
record ChangeOrder(Map<Integer, Snapshot> snapshots) {
    static final ChangeOrder NONE = new ChangeOrder(Map.of());

    /** A log position needs less: this is the end of a log of four petabytes. */
    private static final int LSN_BITS = 52;

    private static final long MOST_LSN = (1L << LSN_BITS) - 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @param number 1 for the first one
     * @param lsn the log position that all its rows name
     */
    record Snapshot(long number, long lsn) {}

    /** Rows of one snapshot in a batch. */
    record Found(int partition, long lsn, long firstOffset) {}

    /** Reads what {@link #toJson} wrote. */
    static ChangeOrder parse(String json) {
        try {
            return new ChangeOrder(JSON.readValue(json, new TypeReference<TreeMap<Integer, Snapshot>>() {}));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the snapshots of a mirror: " + json, e);
        }
    }

    String toJson() {
        try {
            return JSON.writeValueAsString(snapshots);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + snapshots, e);
        }
    }

    /** The order after a batch with these snapshots. */
    ChangeOrder after(List<Found> found) {
        Map<Integer, Snapshot> next = new TreeMap<>(snapshots);
        for (Found each : inOrder(found)) {
            Snapshot before = next.getOrDefault(each.partition(), new Snapshot(0, -1));
            if (before.lsn() != each.lsn()) {
                next.put(each.partition(), new Snapshot(before.number() + 1, each.lsn()));
            }
        }
        return new ChangeOrder(next);
    }

    /** The number of each change in a batch with these snapshots, from the columns of {@link ChangeSchema#rows}. */
    Column number(List<Found> found) {
        Column count = lit(0L);
        for (Map.Entry<Integer, Snapshot> each : snapshots.entrySet()) {
            count = when(
                            col(ChangeSchema.PARTITION).equalTo(each.getKey()),
                            lit(each.getValue().number()))
                    .otherwise(count);
        }
        ChangeOrder before = this;
        for (Found each : inOrder(found)) {
            ChangeOrder after = before.after(List.of(each));
            Column reached = col(ChangeSchema.PARTITION)
                    .equalTo(each.partition())
                    .and(col(ChangeSchema.OFFSET).geq(each.firstOffset()));
            count = when(reached, lit(after.snapshots().get(each.partition()).number()))
                    .otherwise(count);
            before = after;
        }
        Column position =
                when(col(ChangeSchema.SNAPSHOT), lit(0L)).otherwise(least(col(ChangeSchema.POSITION), lit(MOST_LSN)));
        return count.multiply(lit(MOST_LSN + 1)).plus(position);
    }

    private static List<Found> inOrder(List<Found> found) {
        List<Found> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparingInt(Found::partition).thenComparingLong(Found::firstOffset));
        return sorted;
    }
}
