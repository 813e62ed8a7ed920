package io.millrace.spark.run;

import io.millrace.spark.JobContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.streaming.SourceProgress;
import org.apache.spark.sql.streaming.StateOperatorProgress;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.util.QueryExecutionListener;
import scala.collection.JavaConverters;

/**
 * Adds up what the batches of one run tell about their rows: those of a stream by Spark's progress, a bounded one by what
 * is observed in passing. Safe for use by several threads.
 */
public final class RunCounts extends StreamingQueryListener implements QueryExecutionListener {
    /** Names of what is observed: rows read, left after duplicates were taken out, and written. */
    public static final String IN = "millrace_in";

    public static final String ONCE = "millrace_once";
    public static final String OUT = "millrace_out";
    /** The column of each that counts rows. */
    public static final String ROWS = "rows";

    private long in;
    private long quarantined;
    private long late;
    private long duplicate;
    private Long out;
    private long batches;
    private String watermark;
    private final Map<String, Map<String, Long>> observed = new TreeMap<>();
    private final Map<String, String> offsetsBySource = new TreeMap<>();

    @Override
    public void onQueryStarted(QueryStartedEvent event) {
        // Only what batches did counts.
    }

    @Override
    public void onQueryTerminated(QueryTerminatedEvent event) {
        // Told by whoever waits for it.
    }

    @Override
    public synchronized void onQueryProgress(QueryProgressEvent event) {
        StreamingQueryProgress progress = event.progress();
        batches++;
        in += progress.numInputRows();
        for (StateOperatorProgress state : progress.stateOperators()) {
            late += state.numRowsDroppedByWatermark();
            duplicate += state.customMetrics().getOrDefault("numDroppedDuplicateRows", 0L);
        }
        long refused = observed(progress.observedMetrics().get(JobContext.OBSERVED), JobContext.QUARANTINED)
                .orElse(0L);
        quarantined += refused;
        duplicate += duplicates(progress, refused);
        observed(progress.observedMetrics().get(OUT), ROWS).ifPresent(this::addOut);
        progress.observedMetrics().forEach(this::add);
        String time = progress.eventTime().get("watermark");
        if (time != null && Instant.parse(time).toEpochMilli() > 0) {
            watermark = time;
        }
        for (SourceProgress source : progress.sources()) {
            if (source.endOffset() != null) {
                offsetsBySource.put(source.description(), source.endOffset());
            }
        }
    }

    /**
     * Records of a batch that were taken out as duplicates by a function of ours, of which Spark knows nothing.
     *
     * @param refused records that were set aside
     */
    public static long duplicates(StreamingQueryProgress progress, long refused) {
        return observed(progress.observedMetrics().get(ONCE), ROWS)
                .map(once -> Math.max(0, progress.numInputRows() - refused - once))
                .orElse(0L);
    }

    @Override
    public synchronized void onSuccess(String name, QueryExecution query, long nanoseconds) {
        Map<String, Row> all = JavaConverters.mapAsJavaMap(query.observedMetrics());
        if (!all.containsKey(IN)) {
            return;
        }
        batches++;
        long read = observed(all.get(IN), ROWS).orElse(0L);
        long refused =
                observed(all.get(JobContext.OBSERVED), JobContext.QUARANTINED).orElse(0L);
        in += read;
        quarantined += refused;
        observed(all.get(ONCE), ROWS).ifPresent(once -> duplicate += read - refused - once);
        observed(all.get(OUT), ROWS).ifPresent(this::addOut);
        all.forEach(this::add);
    }

    private void add(String name, Row row) {
        Map<String, Long> sums = observed.computeIfAbsent(name, absent -> new TreeMap<>());
        for (StructField column : row.schema().fields()) {
            sums.merge(column.name(), observed(row, column.name()).orElse(0L), Long::sum);
        }
    }

    /** Sums of what was observed under a name, by column; empty when nothing was. */
    public synchronized Map<String, Long> observed(String name) {
        return Map.copyOf(observed.getOrDefault(name, Map.of()));
    }

    /** Records that were set aside. */
    public synchronized long quarantined() {
        return quarantined;
    }

    @Override
    public void onFailure(String name, QueryExecution query, Exception failure) {
        // Told by whoever runs it.
    }

    private void addOut(long rows) {
        out = (out == null ? 0 : out) + rows;
    }

    private static Optional<Long> observed(Row row, String column) {
        return row == null || row.isNullAt(row.fieldIndex(column))
                ? Optional.empty()
                : Optional.of(row.getLong(row.fieldIndex(column)));
    }

    /**
     * The sums so far.
     *
     * @param out rows written; empty when the job does not count them
     * @param batches of a stream, or writes of a bounded run
     * @param watermark of the newest batch; empty when there is none
     * @param offsets how far each source has come, as Spark writes it
     */
    record Totals(
            long in,
            Optional<Long> out,
            long late,
            long quarantined,
            long duplicate,
            long batches,
            Optional<String> watermark,
            List<String> offsets) {}

    synchronized Totals totals() {
        return new Totals(
                in,
                Optional.ofNullable(out),
                late,
                quarantined,
                duplicate,
                batches,
                Optional.ofNullable(watermark),
                List.copyOf(offsetsBySource.values()));
    }
}
