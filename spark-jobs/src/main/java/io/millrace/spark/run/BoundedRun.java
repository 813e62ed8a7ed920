package io.millrace.spark.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.spark.Codecs;
import io.millrace.spark.ConfigException;
import io.millrace.spark.JobContext;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;

/**
 * Computes the rows of a job whose time lies in a range, each from all events that belong to it, and writes them. A row
 * that straddles the edge of the range, such as a session, belongs to it by its own time, whole or not at all.
 */
public final class BoundedRun {
    private final BoundedJob job;
    private final JobContext context;
    private final RunPlan plan;

    private BoundedRun(BoundedJob job, JobContext context, RunPlan plan) {
        this.job = job;
        this.context = context;
        this.plan = plan;
    }

    /**
     * Plans a run that reads Kafka, or takes up the plan that was made when it was first tried.
     *
     * @param context of a stream
     * @param generation the end of the name of the topic that is written; null: the one that readers look at
     * @throws ConfigException when the range or the id will not do
     */
    public static BoundedRun of(BoundedJob job, JobContext context, EventRange range, String runId, String generation)
            throws IOException {
        check(job, context.catalogue(), range);
        RunPlan plan = RunPlan.of(
                ExclusiveFolders.of(
                        context.config().checkpoint(".runs/" + job.name()),
                        context.config(),
                        context.spark().sparkContext().hadoopConfiguration()),
                runId,
                range,
                job.definition(context.config()) + (generation == null ? "" : " into " + generation),
                context.clock());
        KafkaInput input = new KafkaInput(context.config(), job.name(), plan, range, job.reach(context.config()));
        return new BoundedRun(job, context.with(RunScope.bounded(range, input, plan.at(), generation)), plan);
    }

    /**
     * What such a run would read now, as topic, partition and offsets; nothing is remembered.
     *
     * @throws ConfigException when the range will not do
     */
    public static Map<String, TopicRange> preview(BoundedJob job, JobContext context, EventRange range) {
        check(job, context.catalogue(), range);
        Map<String, TopicRange> topics = new TreeMap<>();
        for (String topic : job.sources(context.catalogue())) {
            topics.put(
                    topic,
                    KafkaInput.now(context.config(), context.catalogue(), topic, range, job.reach(context.config())));
        }
        if (topics.values().stream().allMatch(TopicRange.NOTHING::equals)) {
            throw new IllegalStateException("there is no topic " + String.join(", ", topics.keySet()));
        }
        return topics;
    }

    /** The context of the run, whose topics are batches. */
    JobContext context() {
        return context;
    }

    /** The plan, to be asked for further topics. */
    RunPlan plan() {
        return plan;
    }

    /** What has been read of each topic. */
    public Map<String, TopicRange> topics() {
        return plan.topics();
    }

    /**
     * Refuses what cannot be answered.
     *
     * @throws ConfigException when the job has nothing to do, or its rows have no time by which a range could select them
     */
    private static void check(BoundedJob job, Catalogue catalogue, EventRange range) {
        if (!job.isNeeded(catalogue)) {
            throw new ConfigException(job.name() + " has nothing to do: no contract makes a topic that it reads");
        }
        for (Contract sink : sinks(job, catalogue)) {
            if (!range.isAll() && RowTime.of(sink).isEmpty()) {
                throw new ConfigException("rows of " + sink.name() + " have no time in their key, nor window_start,"
                        + " started_at or event_time, by which a range could select them; leave out --start and --end");
            }
        }
    }

    /** The contracts of the topics that a job keeps. */
    static List<Contract> sinks(BoundedJob job, Catalogue catalogue) {
        return job.sinks(catalogue).stream().map(catalogue::require).toList();
    }

    /** Computes and writes; writing again what was written before changes nothing. */
    public void write() {
        // Spark's older way to write a batch to Kafka hides from listeners what was observed.
        context.spark().conf().set("spark.sql.sources.useV1SourceList", "avro,csv,json,orc,parquet,text");
        rows().withColumn("topic", context.scope().target(col("topic")))
                .write()
                .format("kafka")
                .options(context.config().kafkaOptions())
                .option("kafka.compression.type", "lz4")
                .mode(SaveMode.Append)
                .save();
    }

    private Dataset<Row> rows() {
        EventRange range = context.scope().range();
        Dataset<Row> all = job.upserts(context);
        Dataset<Row> selected = range.isAll()
                ? all
                : LiveRows.inRange(
                        all,
                        sinks(job, context.catalogue()),
                        range,
                        Codecs.forJob(context, job.sinks(context.catalogue()), List.of()));
        return selected.observe(RunCounts.OUT, count(lit(1)).as(RunCounts.ROWS));
    }
}
