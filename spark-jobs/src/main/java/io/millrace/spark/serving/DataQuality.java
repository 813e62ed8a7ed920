package io.millrace.spark.serving;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.spark.Codecs;
import io.millrace.spark.DriverConfig;
import io.millrace.spark.JobContext;
import io.millrace.spark.run.BoundedJob;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;

/**
 * Measures the records of every event kind by the hour of their arrival in Kafka: how many, how many that cannot be used and
 * why, how often fields are null, what their contract's quality section does not find as it should be, and whether there are
 * suddenly more or fewer than in the same hour of the days before.
 *
 * <p>Records are counted as they come, repeated ones included: this is about what senders do. Absolute values, so a batch
 * that is executed again changes nothing.
 */
public final class DataQuality implements BoundedJob {
    static final String NAME = "data_quality";
    /** So long that the same hour of a week ago is still known after a day without a record. */
    private static final Duration REMEMBERED = Duration.ofDays(8);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Contract> contracts(Catalogue catalogue) {
        return Stream.concat(catalogue.keptKinds().stream(), Stream.of(catalogue.require(QualityRows.TOPIC)))
                .toList();
    }

    @Override
    public boolean isNeeded(Catalogue catalogue) {
        return !catalogue.keptKinds().isEmpty();
    }

    @Override
    public List<String> sinks(Catalogue catalogue) {
        return List.of(QualityRows.TOPIC);
    }

    @Override
    public List<String> sources(Catalogue catalogue) {
        return catalogue.keptKinds().stream().map(Contract::name).toList();
    }

    @Override
    public String definition(DriverConfig config) {
        return NAME;
    }

    /** An hour is compared with those of {@link #REMEMBERED}, at whose beginning the kind was known if it came that long before. */
    @Override
    public Duration reach(DriverConfig config) {
        return REMEMBERED.multipliedBy(2);
    }

    @Override
    public Dataset<Row> upserts(JobContext context) {
        List<Contract> contracts = context.catalogue().keptKinds();
        List<String> topics = contracts.stream().map(Contract::name).toList();
        List<EventKind> kinds = contracts.stream().map(EventKind::of).toList();
        Map<String, QualityRules> rules =
                contracts.stream().collect(Collectors.toMap(Contract::name, QualityRules::of));
        Codecs codecs = Codecs.forJob(context, topics, List.of(QualityRows.TOPIC));
        return context.readAnyOf(NAME, topics)
                .select(
                        col("value"),
                        col("topic"),
                        col("partition"),
                        col("offset"),
                        col("timestamp"),
                        // In a stream kept in the checkpoint, so an executed-again batch sees the same.
                        context.scope().now().as("arrival"))
                .mapPartitions(new QualityPartials(codecs, kinds, rules), Encoders.row(AggregateJob.PARTIAL))
                .withWatermark("arrival", AggregateJob.WATERMARK_DELAY.toMillis() + " milliseconds")
                .groupByKey((MapFunction<Row, String>) row -> row.getString(0), Encoders.STRING())
                .flatMapGroupsWithState(
                        new KeyedState<>(
                                codecs,
                                new QualityRows(rules, context.scope().isBounded()),
                                REMEMBERED,
                                AggregateJob.WATERMARK_DELAY,
                                context.scope().boundedNow()),
                        OutputMode.Update(),
                        Encoders.BINARY(),
                        Encoders.row(AggregateJob.UPSERT),
                        GroupStateTimeout.EventTimeTimeout())
                .select(lit(QualityRows.TOPIC).as("topic"), col("key"), col("value"));
    }

    @Override
    public StreamingQuery start(JobContext context) throws TimeoutException {
        return upserts(context)
                .writeStream()
                .queryName(NAME)
                .outputMode(OutputMode.Update())
                .option("checkpointLocation", context.checkpoint(NAME))
                .trigger(context.scope().trigger(context.config().duration("trigger.reports")))
                .format("kafka")
                .options(context.config().kafkaOptions())
                .option("kafka.compression.type", "lz4")
                .start();
    }
}
