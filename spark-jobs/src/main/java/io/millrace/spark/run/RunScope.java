package io.millrace.spark.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.millrace.schemas.Catalogue;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;

/** What a run reads of its topics and where its rows go. Lives in the driver. Immutable. */
public final class RunScope {
    /** Follows the topics, writes to where readers look. */
    public static final RunScope STREAM = new RunScope(RunMode.STREAM, null, null, null, null);

    /** From the checkpoint to what there is now. */
    public static final RunScope AVAILABLE_NOW = new RunScope(RunMode.AVAILABLE_NOW, null, null, null, null);

    private final RunMode mode;
    private final EventRange range;
    private final TopicInput input;
    private final Instant at;
    private final String generation;

    private RunScope(RunMode mode, EventRange range, TopicInput input, Instant at, String generation) {
        this.mode = mode;
        this.range = range;
        this.input = input;
        this.at = at;
        this.generation = generation;
    }

    /**
     * A bounded run.
     *
     * @param range selects rows of the result by their time
     * @param at the time of the run: what current_timestamp is to a batch of a stream
     * @param generation the end of the names of the topics that are written; null: those that readers look at
     */
    static RunScope bounded(EventRange range, TopicInput input, Instant at, String generation) {
        return new RunScope(RunMode.BATCH, range, input, at, generation);
    }

    /** Whether the records are a batch, not a stream. */
    public boolean isBounded() {
        return mode == RunMode.BATCH;
    }

    /** The range of a bounded run. */
    public EventRange range() {
        return range == null ? EventRange.ALL : range;
    }

    /**
     * The records of topics as a batch; only in a bounded run.
     *
     * @param anyOf whether some of the topics may not exist
     */
    public Dataset<Row> read(SparkSession spark, Catalogue catalogue, Collection<String> topics, boolean anyOf) {
        return input.read(spark, catalogue, topics, anyOf)
                .observe(RunCounts.IN, count(lit(1)).as(RunCounts.ROWS));
    }

    /**
     * When a record came: in a stream the time of its batch, which is kept in the checkpoint, so an executed-again batch
     * sees the same; in a bounded run the time at which Kafka got it.
     */
    public Column arrival() {
        return isBounded() ? col("timestamp") : BatchTime.column();
    }

    /** The time at which rows are written; the same however often a batch is executed. */
    public Column now() {
        return isBounded() ? lit(java.sql.Timestamp.from(at)) : BatchTime.column();
    }

    /** The time of a bounded run in epoch milliseconds; empty in a stream, where it is the batch's. */
    public Optional<Long> boundedNow() {
        return isBounded() ? Optional.of(at.toEpochMilli()) : Optional.empty();
    }

    /** The topic to write to for what readers look for in this one. */
    public String target(String topic) {
        return generation == null ? topic : topic + "." + generation;
    }

    /** As {@link #target(String)}, of a column. */
    Column target(Column topic) {
        return generation == null ? topic : concat(topic, lit("." + generation));
    }

    /** @param shortest time between two batches of a stream */
    public Trigger trigger(Duration shortest) {
        return mode == RunMode.AVAILABLE_NOW ? Trigger.AvailableNow() : Trigger.ProcessingTime(shortest.toMillis());
    }

    public RunMode mode() {
        return mode;
    }
}
