package io.millrace.spark.serving;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.timestamp_millis;
import static org.apache.spark.sql.functions.unix_millis;
import static org.apache.spark.sql.functions.when;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.spark.Codecs;
import io.millrace.spark.DriverConfig;
import io.millrace.spark.Group;
import io.millrace.spark.JobContext;
import io.millrace.spark.KafkaTransactionalWriter;
import io.millrace.spark.StateStore;
import io.millrace.spark.run.BoundedJob;
import io.millrace.spark.run.RunCounts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Counts the events of every kind per minute of event time, each id once, in one query, and sets aside what cannot be
 * counted. What else becomes of a kind's events ({@link KindAggregation}) is kept by the same query. Ids are remembered for state.ttl after an event's <em>arrival</em>, as {@link Enrich} does.
 *
 * <p>Counts and records of the quarantine are written in Kafka transactions that carry the batch's number. The tasks that
 * write are those of the state: a batch that is executed again gives each of them the same rows again.
 */
public final class EventsPerMinute implements BoundedJob {
    static final String NAME = "events_per_minute";
    /** Begins the key of a row that is not counted; no topic's name begins like this. */
    static final String SET_ASIDE = "!";

    /** What travels to the state of a key; columns are read by position, the first three as in {@link AggregateJob#PARTIAL}. */
    static final StructType JUDGED = new StructType()
            .add("key", DataTypes.StringType, false)
            .add("arrival", DataTypes.LongType, false)
            .add("partial", DataTypes.BinaryType, true)
            .add("id", DataTypes.BinaryType, false)
            .add("quarantined", DataTypes.BinaryType, true)
            .add("partition", DataTypes.IntegerType, false)
            .add("offset", DataTypes.LongType, false)
            // Not of what else becomes of an event.
            .add("counts", DataTypes.BooleanType, false)
            .add("bucket", DataTypes.IntegerType, false);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Contract> contracts(Catalogue catalogue) {
        return Stream.concat(
                        EventKind.contracts(catalogue).stream(),
                        written(catalogue).stream().map(catalogue::require))
                .toList();
    }

    private static List<String> written(Catalogue catalogue) {
        return Stream.concat(served(catalogue), Stream.of(Topics.EVENTS_QUARANTINE))
                .toList();
    }

    private static Stream<String> served(Catalogue catalogue) {
        return Stream.concat(
                Stream.of(Topics.EVENTS_PER_MINUTE),
                aggregations(catalogue).stream().map(KeyedRows::topic));
    }

    /** Those whose kind there is, with the fields that they need. */
    private static List<KindAggregation<?>> aggregations(Catalogue catalogue) {
        return EventKind.contracts(catalogue).stream()
                .filter(SensorAnomalies::fits)
                .<KindAggregation<?>>map(contract -> new SensorAnomalies())
                .toList();
    }

    @Override
    public boolean isNeeded(Catalogue catalogue) {
        return !EventKind.contracts(catalogue).isEmpty();
    }

    /** It remembers every id for {@code state.ttl}. */
    @Override
    public StateStore bestStore() {
        return StateStore.ROCKSDB;
    }

    @Override
    public List<String> sinks(Catalogue catalogue) {
        return served(catalogue).toList();
    }

    @Override
    public List<String> sources(Catalogue catalogue) {
        return EventKind.contracts(catalogue).stream().map(Contract::name).toList();
    }

    @Override
    public String definition(DriverConfig config) {
        return NAME + " " + config.duration("state.ttl");
    }

    /** So long before an event the one may have come that it repeats; a sensor's baseline is shorter. */
    @Override
    public Duration reach(DriverConfig config) {
        Duration ttl = config.duration("state.ttl");
        return ttl.compareTo(SensorAnomalies.REACH) >= 0 ? ttl : SensorAnomalies.REACH;
    }

    /** In a stream with the records of the quarantine; a bounded run only counts them. */
    @Override
    public Dataset<Row> upserts(JobContext context) {
        boolean bounded = context.scope().isBounded();
        List<EventKind> kinds = EventKind.contracts(context.catalogue()).stream()
                .map(EventKind::of)
                .toList();
        List<String> topics = kinds.stream().map(EventKind::topic).toList();
        List<KindAggregation<?>> aggregations = aggregations(context.catalogue());
        Codecs codecs = Codecs.forJob(context, topics, written(context.catalogue()));
        Duration ttl = context.config().duration("state.ttl");
        Duration delay = Duration.ofMillis(Math.max(1, ttl.toMillis() / 2));
        Dataset<Row> judged = context.readAnyOf(name(), topics)
                .select(
                        col("value"),
                        col("topic"),
                        col("partition"),
                        col("offset"),
                        col("timestamp"),
                        // In a stream kept in the checkpoint, so an executed-again batch sees the same.
                        unix_millis(context.scope().arrival()))
                .mapPartitions(new JudgeKinds(codecs, kinds, aggregations), Encoders.row(JUDGED))
                .observe(JobContext.OBSERVED, count(col("quarantined")).as(JobContext.QUARANTINED));
        Dataset<Row> once = FirstOfEachId.of(
                        bounded ? judged.where(col("quarantined").isNull()) : judged, ttl)
                .observe(RunCounts.ONCE, count(when(col("counts"), 1)).as(RunCounts.ROWS))
                .withColumn("arrival", timestamp_millis(col("arrival")))
                .withWatermark("arrival", delay.toMillis() + " milliseconds");
        RowsByKey byKey = RowsByKey.of(once, CountOrSetAside.OUTPUT);
        CountOrSetAside states = new CountOrSetAside(
                codecs, aggregations, ttl, delay, context.scope().boundedNow());
        return bounded
                ? byKey.whole(states, "arrival", "partition", "offset")
                : byKey.kept(states, GroupStateTimeout.EventTimeTimeout());
    }

    @Override
    public StreamingQuery start(JobContext context) throws TimeoutException {
        DriverConfig config = context.config();
        return upserts(context)
                .writeStream()
                .queryName(name())
                .outputMode(OutputMode.Append())
                .option("checkpointLocation", context.checkpoint(name()))
                .trigger(context.trigger(Group.SERVING))
                .foreachBatch((VoidFunction2<Dataset<Row>, Long>) (batch, id) -> {
                    context.guard().check();
                    write(batch, id, config);
                })
                .start();
    }

    private void write(Dataset<Row> batch, long id, DriverConfig config) {
        KafkaTransactionalWriter writer =
                KafkaTransactionalWriter.ofBatch(name(), batch, id, config, Topics.EVENTS_PER_MINUTE);
        batch.foreachPartition((ForeachPartitionFunction<Row>) rows -> write(rows, writer));
    }

    private static void write(Iterator<Row> rows, KafkaTransactionalWriter writer) {
        writer.write(new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public ProducerRecord<byte[], byte[]> next() {
                Row row = rows.next();
                byte[] key = row.isNullAt(1) ? null : row.getString(1).getBytes(StandardCharsets.UTF_8);
                return new ProducerRecord<>(row.getString(0), key, row.<byte[]>getAs(2));
            }
        });
        // State is kept once its rows have been taken, which an execution that had written them before has not done.
        rows.forEachRemaining(taken -> {});
    }
}
