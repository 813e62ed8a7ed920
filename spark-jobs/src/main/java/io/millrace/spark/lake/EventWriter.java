package io.millrace.spark.lake;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.when;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Appends micro-batches of one topic to one table, each record once. */
final class EventWriter {
    private static final String DAY = "event_day";
    private static final long FIRST = Instant.parse("0001-01-01T00:00:00Z").toEpochMilli();
    private static final long LAST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private final EventTable events;
    private final ContractRows contract;
    private final LakeTable table;
    private final OwnColumns columns;
    private final TableLayout layout;

    EventWriter(EventTable events, ContractRows contract, LakeTable table) {
        this(events, contract, table, layout(events, contract));
    }

    EventWriter(EventTable events, ContractRows contract, LakeTable table, TableLayout layout) {
        this.events = events;
        this.contract = contract;
        this.table = table;
        this.columns = OwnColumns.beside(contract);
        this.layout = layout;
    }

    static TableLayout layout(EventTable events, ContractRows contract) {
        return TableLayout.append(events.table(), OwnColumns.beside(contract).day());
    }

    /**
     * Appends what the table does not have yet.
     *
     * @param batch rows of Spark's Kafka source
     * @param name says which batch it is, for the commit's note
     */
    void append(Dataset<Row> batch, String name) {
        try (KafkaBatch kafka = KafkaBatch.of(batch, false)) {
            KafkaBatch.TopicFacts facts = kafka.topics().get(events.topic());
            if (facts != null) {
                append(kafka.records(), facts, name);
            }
        }
    }

    /**
     * Appends what the table does not have yet.
     *
     * @param records of any topics, with the columns of {@link KafkaBatch#records}
     * @param facts what is known about those of this table's topic
     */
    void append(Dataset<Row> records, KafkaBatch.TopicFacts facts, String name) {
        OffsetVector before = table.committed();
        if (before.covers(facts.newest())) {
            return;
        }
        Dataset<Row> fresh = records.where(col("topic").equalTo(events.topic()).and(before.isBefore()));
        Optional<Dataset<Row>> decoded = contract.decode(fresh, facts.schemas());
        if (decoded.isPresent()) {
            append(decoded.get(), before.merge(facts.newest()), name);
        }
    }

    private void append(Dataset<Row> decoded, OffsetVector after, String name) {
        Column happened =
                coalesce(Stream.concat(times(), Stream.of(col("timestamp"))).toArray(Column[]::new));
        // A time that only stands in says nothing about how new the table is, unless there is no other.
        Column newestOf = times().findFirst().orElse(col("timestamp"));
        Row found = decoded.agg(count(lit(1)), max(newestOf)).head();
        if (found.getLong(0) == 0) {
            return;
        }
        Timestamp newest = found.getTimestamp(1);
        Column day = date_format(happened, "yyyy-MM-dd").as(columns.day());
        Dataset<Row> rows = decoded.select(Stream.of(contract.columns(), coordinates(), Stream.of(day))
                .flatMap(part -> part)
                .toArray(Column[]::new));
        CommitNote note = new CommitNote(after, newest == null ? null : newest.toInstant(), name);
        table.commit(Rows.inFewTasks(rows, found.getLong(0)), layout, note);
    }

    /** The columns that may say when it happened, as timestamps. */
    private Stream<Column> times() {
        return events.eventTime().stream().map(this::time);
    }

    private Column time(String field) {
        Column column = col(ContractRows.VALUE + "." + field);
        DataType type = contract.schema().apply(field).dataType();
        if (!type.equals(DataTypes.LongType)) {
            return column.cast(DataTypes.TimestampType);
        }
        // A number far outside of any date would make the batch fail.
        return when(
                column.between(lit(FIRST), lit(LAST)),
                expr("timestamp_millis(" + ContractRows.VALUE + ".`" + field + "`)"));
    }

    private Stream<Column> coordinates() {
        return events.coordinates()
                ? Stream.of("topic", "partition", "offset", "timestamp")
                        .map(name -> col(name).as(columns.coordinate(name)))
                : Stream.empty();
    }

    /** The columns that a table has besides those of its contract, under names that the contract does not use. */
    private record OwnColumns(Set<String> taken) {
        static OwnColumns beside(ContractRows contract) {
            return new OwnColumns(Stream.of(contract.schema().fieldNames())
                    .map(name -> name.toLowerCase(Locale.ROOT))
                    .collect(Collectors.toSet()));
        }

        String day() {
            return free(DAY);
        }

        String coordinate(String name) {
            return free("kafka_" + name);
        }

        private String free(String name) {
            return taken.contains(name) ? free("_" + name) : name;
        }
    }

    /** The columns that the table has, whether or not it exists yet. */
    static StructType schema(EventTable events, ContractRows contract) {
        StructType schema = contract.schema();
        OwnColumns columns = OwnColumns.beside(contract);
        if (events.coordinates()) {
            schema = schema.add(columns.coordinate("topic"), DataTypes.StringType)
                    .add(columns.coordinate("partition"), DataTypes.IntegerType)
                    .add(columns.coordinate("offset"), DataTypes.LongType)
                    .add(columns.coordinate("timestamp"), DataTypes.TimestampType);
        }
        return schema.add(columns.day(), DataTypes.StringType);
    }
}
