package io.millrace.spark.serving;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.spark.Codecs;
import io.millrace.spark.DriverConfig;
import io.millrace.spark.Job;
import io.millrace.spark.JobContext;
import io.millrace.spark.run.BoundedJob;
import io.millrace.spark.run.RunCounts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Runs an {@link Aggregation} over web.enriched and writes absolute upserts to its serving topic.
 *
 * <p>Each task first merges its own rows per key, then partial aggregates travel to the state of their key. A batch that is
 * executed again gives the same values again: state, input and time are those of its first execution. So plain writing
 * is enough, and nothing is counted twice.
 */
public final class AggregateJob implements BoundedJob {
    /**
     * How far the watermark stays behind arrival. No row is older than its batch, so none is dropped unless the clock is
     * set back by more than this; timeouts subtract it again and stay exact.
     */
    static final Duration WATERMARK_DELAY = Duration.ofHours(24);

    /** What travels between the tasks; columns are read by position. */
    static final StructType PARTIAL = new StructType()
            .add("key", DataTypes.StringType, false)
            .add("arrival", DataTypes.TimestampType, false)
            .add("partial", DataTypes.BinaryType, false);

    static final StructType UPSERT =
            new StructType().add("key", DataTypes.StringType, false).add("value", DataTypes.BinaryType, true);

    private final String name;
    private final String topic;
    private final Function<DriverConfig, Aggregation<?>> aggregation;
    private final String trigger;

    private AggregateJob(String name, String topic, Function<DriverConfig, Aggregation<?>> aggregation) {
        this(name, topic, aggregation, "trigger.serving");
    }

    /** @param trigger the key of the shortest time between two batches */
    private AggregateJob(
            String name, String topic, Function<DriverConfig, Aggregation<?>> aggregation, String trigger) {
        this.name = name;
        this.topic = topic;
        this.aggregation = aggregation;
        this.trigger = trigger;
    }

    /** Requests and distinct users per site, minute and country. */
    public static Job requestsPerMinute() {
        return new AggregateJob("requests_per_minute", RequestsPerMinute.TOPIC, config -> new RequestsPerMinute());
    }

    /** Views per site, hour, country and page. */
    public static Job pageViews() {
        return new AggregateJob("page_views", PageViews.TOPIC, config -> new PageViews(), "trigger.reports");
    }

    /** The most viewed pages per site, hour, country and region. */
    public static Job topPages() {
        return new AggregateJob("top_pages", TopPages.TOPIC, config -> new TopPages(), "trigger.reports");
    }

    /** Sessions per site and user. */
    public static Job sessions() {
        return new AggregateJob(
                "sessions",
                Sessionization.TOPIC,
                config -> new Sessionization(config.duration("session.gap"), config.duration("session.max")));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Contract> contracts(Catalogue catalogue) {
        return List.of(catalogue.require(Topics.WEB_ENRICHED), catalogue.require(topic));
    }

    @Override
    public List<String> sinks(Catalogue catalogue) {
        return List.of(topic);
    }

    @Override
    public List<String> sources(Catalogue catalogue) {
        return List.of(Topics.WEB_ENRICHED);
    }

    @Override
    public String definition(DriverConfig config) {
        return name + " " + aggregation.apply(config).reach();
    }

    @Override
    public Duration reach(DriverConfig config) {
        return aggregation.apply(config).reach();
    }

    @Override
    public Dataset<Row> upserts(JobContext context) {
        return upserts(context, aggregation.apply(context.config()));
    }

    private <A extends Aggregate<A>> Dataset<Row> upserts(JobContext context, Aggregation<A> how) {
        Codecs codecs = Codecs.forJob(context, List.of(Topics.WEB_ENRICHED), List.of(how.topic()));
        Duration ttl = context.config().duration("state.ttl");
        return context.readTopic(Topics.WEB_ENRICHED)
                .select(
                        col("value"),
                        col("partition"),
                        col("offset"),
                        context.scope().arrival().as("arrival"))
                .mapPartitions(new PartialAggregates<>(codecs, how), Encoders.row(PARTIAL))
                .withWatermark("arrival", WATERMARK_DELAY.toMillis() + " milliseconds")
                .groupByKey((MapFunction<Row, String>) row -> row.getString(0), Encoders.STRING())
                .flatMapGroupsWithState(
                        new KeyedState<>(
                                codecs,
                                how,
                                ttl,
                                WATERMARK_DELAY,
                                context.scope().boundedNow()),
                        OutputMode.Update(),
                        Encoders.BINARY(),
                        Encoders.row(UPSERT),
                        GroupStateTimeout.EventTimeTimeout())
                .select(lit(topic).as("topic"), col("key"), col("value"));
    }

    @Override
    public StreamingQuery start(JobContext context) throws TimeoutException {
        return upserts(context)
                .observe(RunCounts.OUT, count(lit(1)).as(RunCounts.ROWS))
                .writeStream()
                .queryName(name)
                .outputMode(OutputMode.Update())
                .option("checkpointLocation", context.checkpoint(name))
                .trigger(context.scope().trigger(context.config().duration(trigger)))
                .format("kafka")
                .options(context.config().kafkaOptions())
                .option("kafka.compression.type", "lz4")
                .start();
    }
}
