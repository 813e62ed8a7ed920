package io.millrace.spark.declared;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import io.millrace.schemas.Contract;
import io.millrace.schemas.EventSpec;
import io.millrace.schemas.NearestName;
import io.millrace.spark.Codecs;
import io.millrace.spark.ConfigException;
import io.millrace.spark.JobContext;
import io.millrace.spark.lake.ContractTypes;
import io.millrace.spark.run.RunCounts;
import io.millrace.spark.serving.EventKind;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The view {@code events} of a job: the fields of the source's contract, {@code kafka_timestamp}, and {@code arrival}, the
 * time of the batch. An event whose time is null happened when it was received; one that occurs again within the watermark
 * is there once; one that its contract refuses is not there.
 */
final class EventView {
    static final String NAME = "events";
    static final String KAFKA_TIMESTAMP = "kafka_timestamp";
    static final String ARRIVAL = "arrival";
    /** Identity, for telling duplicates; not part of the view. */
    static final String IDENTITY = "millrace_identity";
    /** Whether the row stands for a record that is not an event; not part of the view. */
    static final String REFUSED = "millrace_refused";
    /** Where the record lies in its topic; not part of the view. */
    static final String POSITION = "millrace_position";

    private final JobSpec spec;
    private final Contract source;
    private final StructType fields;
    private final String time;

    private EventView(JobSpec spec, Contract source, StructType fields, String time) {
        this.spec = spec;
        this.source = source;
        this.fields = fields;
        this.time = time;
    }

    /** @throws ConfigException when the event time is no timestamp of the contract */
    static EventView of(JobSpec spec, Contract source) {
        StructType fields = ContractTypes.columns(source.requireValue());
        for (String taken : List.of(KAFKA_TIMESTAMP, ARRIVAL, IDENTITY, REFUSED, POSITION)) {
            if (Arrays.asList(fields.fieldNames()).contains(taken)) {
                throw new ConfigException(spec.name() + ": the contract of " + source.name() + " has a field " + taken
                        + ", which the view adds itself");
            }
        }
        String time =
                spec.time().or(() -> source.event().flatMap(EventSpec::time)).orElse(KAFKA_TIMESTAMP);
        EventView view = new EventView(spec, source, fields, time);
        view.requireTime();
        return view;
    }

    private void requireTime() {
        List<String> times = Arrays.stream(schema().fields())
                .filter(field -> field.dataType().equals(DataTypes.TimestampType))
                .map(field -> field.name())
                .filter(name -> !name.equals(ARRIVAL))
                .toList();
        if (!times.contains(time)) {
            throw new ConfigException(spec.name() + ": source.time is " + time + ", which is no timestamp of "
                    + source.name() + "; " + NearestName.hint(time, times));
        }
    }

    /** The same view without the columns that nobody needs: what is not read is not decoded. */
    EventView of(Collection<String> needed) {
        StructType some = new StructType(Arrays.stream(fields.fields())
                .filter(field -> needed.contains(field.name()) || field.name().equals(time))
                .toArray(StructField[]::new));
        return new EventView(spec, source, some, time);
    }

    /** The column of the event time. */
    String time() {
        return time;
    }

    /** The columns that a query can use. */
    StructType schema() {
        return fields.add(KAFKA_TIMESTAMP, DataTypes.TimestampType).add(ARRIVAL, DataTypes.TimestampType);
    }

    /** The events of the topic: as they come, or in a bounded run all of them. */
    Dataset<Row> read(JobContext context, Codecs codecs) {
        Optional<EventKind> kind = source.isEventKind() ? Optional.of(EventKind.of(source)) : Optional.empty();
        EventRows rows = new EventRows(codecs, source.name(), kind.orElse(null), fields, time, isIdentified());
        Dataset<Row> all = rows.over(
                        context.readTopic(source.name()), context.scope().arrival())
                .observe(JobContext.OBSERVED, count(when(col(REFUSED), 1)).as(JobContext.QUARANTINED))
                .where(not(col(REFUSED)));
        return context.scope().isBounded() ? once(all, isIdentified()) : timed(all, isIdentified());
    }

    /** Of events with the same identity the one that came first, as in a stream. */
    private static Dataset<Row> once(Dataset<Row> rows, boolean identified) {
        String rank = "millrace_rank";
        Dataset<Row> once = identified
                ? rows.withColumn(
                                rank,
                                row_number().over(Window.partitionBy(IDENTITY).orderBy(ARRIVAL, POSITION)))
                        .where(col(rank).equalTo(1))
                        .drop(rank)
                : rows;
        return once.observe(RunCounts.ONCE, count(lit(1)).as(RunCounts.ROWS)).drop(IDENTITY, REFUSED, POSITION);
    }

    /** The same without a server: a stream of the same shape, for checking a query. */
    Dataset<Row> shape(org.apache.spark.sql.SparkSession spark) {
        Dataset<Row> rows = spark.readStream().format("rate").load();
        StructType row = fields.add(KAFKA_TIMESTAMP, DataTypes.LongType)
                .add(ARRIVAL, DataTypes.LongType)
                .add(IDENTITY, DataTypes.BinaryType);
        return timed(
                rows.select(Arrays.stream(row.fields())
                        .map(field -> lit(null).cast(field.dataType()).as(field.name()))
                        .toArray(org.apache.spark.sql.Column[]::new)),
                isIdentified());
    }

    /** Whether events have an identity, so that duplicates are told. */
    boolean isIdentified() {
        return source.event().flatMap(EventSpec::id).isPresent();
    }

    private Dataset<Row> timed(Dataset<Row> rows, boolean identified) {
        Dataset<Row> timed = rows.withWatermark(time, spec.watermark().toMillis() + " milliseconds");
        return (identified ? timed.dropDuplicatesWithinWatermark(IDENTITY) : timed).drop(IDENTITY, REFUSED, POSITION);
    }
}
