package io.millrace.spark.lake;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.split_part;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How the changes of one table look under one pair of schemas, and how they become rows.
 *
 * @param key schema of the record key, one field per key column; null for a table without a key
 * @param envelope schema of the change event
 * @param reader the part of the envelope that is read
 * @param row schema of the captured row
 */
record ChangeSchema(Schema key, Schema envelope, Schema reader, Schema row) {
    static final String LSN = "_cdc_lsn";
    static final String OP = "_cdc_op";
    static final String TS_MS = "_cdc_ts_ms";
    /** Grows from change to change of a row, see {@link ChangeOrder}. */
    static final String ORDER = "_cdc_order";

    /** Place in the topic, while a batch is being ordered; not in the table. */
    static final String OFFSET = "_offset";

    static final String PARTITION = "_partition";

    /**
     * What orders the changes of a row by the log: the place of the change or, where that is later, of the commit before
     * its own. Not in the table.
     *
     * <p>Debezium sends transactions in the order of their commits, and a change of a long one can be older in the log
     * than rows that were read again before it came. Those rows have no place of their own, only that commit.
     */
    static final String POSITION = "_position";

    /** True for a row of a whole snapshot, as opposed to one that was logged; not in the table. */
    static final String SNAPSHOT = "_snapshot";

    /** True for a delete by which the row leaves for another key; not in the table. */
    static final String MOVES = KafkaBatch.MOVES;

    /** The columns that are not in the table. */
    static final List<String> WORKING = List.of(OFFSET, PARTITION, POSITION, SNAPSHOT, MOVES);

    static final String DELETE = "d";

    /** What happens to rows; Debezium has further operations, for truncated tables and logged messages. */
    private static final List<String> OF_ROWS = List.of("c", "u", "d", "r");

    private static final String CHANGE = "change";
    private static final String ID = "id";

    /** Understands a pair of schemas; empty when the value is not a change event. */
    static Optional<ChangeSchema> of(Optional<Schema> key, Schema envelope) {
        Schema.Field after = envelope.getField("after");
        Schema.Field source = envelope.getField("source");
        if (after == null || source == null || envelope.getField("op") == null) {
            return Optional.empty();
        }
        Schema row = SemanticTypes.withoutNull(after.schema());
        if (row.getType() != Schema.Type.RECORD || source.schema().getType() != Schema.Type.RECORD) {
            return Optional.empty();
        }
        Schema reader = reader(envelope, key.isPresent());
        return Optional.of(new ChangeSchema(key.orElse(null), envelope, reader, row));
    }

    /** Key columns, in order; empty for a table without a key. */
    List<String> keys() {
        return key == null
                ? List.of()
                : key.getFields().stream().map(Schema.Field::name).toList();
    }

    /**
     * The table's rows, {@link #LSN}, {@link #OP}, {@link #TS_MS}, and the columns that are not in the table; a change that
     * cannot be read, or is none of a row, has a null {@link #OP}.
     *
     * @param records Kafka records that were written with these schemas
     */
    Dataset<Row> rows(Dataset<Row> records) {
        Dataset<Row> decoded = records.withColumn(CHANGE, WireFormat.record("value", envelope, reader));
        if (key != null) {
            decoded = decoded.withColumn(ID, WireFormat.record("key", key, SemanticTypes.readable(key)));
        }
        List<Column> columns = new ArrayList<>();
        for (Schema.Field field : row.getFields()) {
            columns.add(column(field).as(field.name()));
        }
        // Without a position in a log, the topic's own order is what there is.
        Column place = sourceField("lsn", "bigint");
        Column commit = commitBefore();
        columns.add(coalesce(place, commit, logged() ? lit(0L) : col("offset")).as(LSN));
        columns.add(when(col(CHANGE + ".op").isin(OF_ROWS.toArray()), col(CHANGE + ".op"))
                .as(OP));
        columns.add(coalesce(sourceField("ts_ms", "bigint"), changeField("ts_ms", "bigint"))
                .as(TS_MS));
        columns.add(col("offset").as(OFFSET));
        columns.add(col("partition").as(PARTITION));
        // Null counts for nothing here.
        columns.add(greatest(place, commit, logged() ? lit(0L) : col("offset")).as(POSITION));
        // A row that was read again through a signal is placed by the log, as it was read between two marks there.
        columns.add(coalesce(sourceField("snapshot", "string"), lit("false"))
                .isin("false", "incremental")
                .equalTo(false)
                .as(SNAPSHOT));
        columns.add(col(MOVES).and(col(CHANGE + ".op").equalTo(DELETE)).as(MOVES));
        return decoded.select(columns.toArray(Column[]::new));
    }

    private Column column(Schema.Field field) {
        // The record key is there even when the row is not, as in a delete.
        if (key != null && key.getField(field.name()) != null) {
            return SemanticTypes.typed(
                    ID + "." + field.name(), key.getField(field.name()).schema());
        }
        Column after = SemanticTypes.typed(CHANGE + ".after." + field.name(), field.schema());
        return reader.getField("before") == null
                ? after
                : coalesce(after, SemanticTypes.typed(CHANGE + ".before." + field.name(), field.schema()));
    }

    private boolean logged() {
        return reader.getField("source").schema().getField("lsn") != null;
    }

    /**
     * The commit before the change's own, or the place of the change when Debezium does not know one: the first of the two
     * texts in {@code ["24023119","24023128"]} or {@code [null,"24023128"]}, as its PostgreSQL connector writes them.
     */
    private Column commitBefore() {
        return logged()
                ? split_part(sourceField("sequence", "string"), lit("\""), lit(2))
                        .cast("bigint")
                : lit(null).cast("bigint");
    }

    private Column sourceField(String name, String type) {
        boolean there = reader.getField("source").schema().getField(name) != null;
        return there ? expr(CHANGE + ".source." + name) : lit(null).cast(type);
    }

    private Column changeField(String name, String type) {
        return reader.getField(name) != null
                ? expr(CHANGE + "." + name)
                : lit(null).cast(type);
    }

    /** Avro skips what the reader does not ask for, which is most of an envelope. */
    private static Schema reader(Schema envelope, boolean keyed) {
        List<String> wanted = keyed ? List.of("after", "op", "ts_ms") : List.of("before", "after", "op", "ts_ms");
        Schema source = envelope.getField("source").schema();
        Schema position = part(source, List.of("lsn", "sequence", "ts_ms", "snapshot"));
        Schema whole = SemanticTypes.readable(part(envelope, wanted));
        List<Schema.Field> fields = new ArrayList<>();
        for (Schema.Field field : whole.getFields()) {
            fields.add(new Schema.Field(field, field.schema()));
        }
        fields.add(new Schema.Field("source", position));
        return Schema.createRecord(envelope.getName(), null, envelope.getNamespace(), false, fields);
    }

    private static Schema part(Schema record, List<String> names) {
        List<Schema.Field> fields = record.getFields().stream()
                .filter(field -> names.contains(field.name()))
                .map(field -> new Schema.Field(field, field.schema()))
                .toList();
        return Schema.createRecord(record.getName(), null, record.getNamespace(), false, fields);
    }
}
