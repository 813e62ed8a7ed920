package io.millrace.spark.lake;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Keeps one row per session: the newest state by offset, and none after a tombstone. A session's records are all in one
 * partition, so its offsets order them.
 */
final class SessionWriter {
    static final String TABLE = "web_sessions";
    static final String TOPIC = "serving.sessions";

    private static final String KEY = "session_id";
    private static final String ORDER = "kafka_offset";
    /** Hudi's own name for it: a row that has true here deletes its key. */
    static final String DELETED = "_hoodie_is_deleted";

    private final ContractRows contract;
    private final LakeTable table;
    private final TableLayout layout = TableLayout.upsert(TABLE, List.of(KEY), ORDER, 2);

    SessionWriter(ContractRows contract, LakeTable table) {
        this.contract = contract;
        this.table = table;
    }

    /**
     * Applies what the table does not have yet.
     *
     * @param batch rows of Spark's Kafka source
     * @param name says which batch it is, for the commit's note
     */
    void upsert(Dataset<Row> batch, String name) {
        try (KafkaBatch kafka = KafkaBatch.of(batch, false)) {
            KafkaBatch.TopicFacts facts = kafka.topics().get(TOPIC);
            OffsetVector before = table.committed();
            if (facts == null || before.covers(facts.newest())) {
                return;
            }
            Dataset<Row> fresh = kafka.records()
                    .where(before.isBefore().and(col("key").isNotNull()))
                    .withColumn(KEY, col("key").cast("string"));
            Dataset<Row> changes = changes(fresh, facts);
            Row found = changes.agg(count(lit(1)), max("newest_event_time")).head();
            if (found.getLong(0) == 0) {
                return;
            }
            Timestamp newest = found.getTimestamp(1);
            CommitNote note =
                    new CommitNote(before.merge(facts.newest()), newest == null ? null : newest.toInstant(), name);
            table.commit(newestPerKey(Rows.inFewTasks(changes, found.getLong(0))), layout, note);
        }
    }

    /** The records as rows of the table, tombstones included. */
    private Dataset<Row> changes(Dataset<Row> fresh, KafkaBatch.TopicFacts facts) {
        Dataset<Row> deletes = fresh.where(col("value").isNull()).select(row(true));
        Optional<Dataset<Row>> states = contract.decode(fresh, facts.schemas());
        return states.map(rows -> rows.select(row(false)).unionByName(deletes)).orElse(deletes);
    }

    private Column[] row(boolean deleted) {
        List<Column> columns = new ArrayList<>();
        for (var field : contract.schema().fields()) {
            if (field.name().equals(KEY)) {
                columns.add(col(KEY));
            } else if (deleted) {
                columns.add(lit(null).cast(field.dataType()).as(field.name()));
            } else {
                columns.add(col(ContractRows.VALUE + "." + field.name()).as(field.name()));
            }
        }
        columns.add(col("offset").as(ORDER));
        // Nullable, as Hudi wants a column that batches may lack.
        columns.add(when(lit(true), lit(deleted)).as(DELETED));
        return columns.toArray(Column[]::new);
    }

    private static Dataset<Row> newestPerKey(Dataset<Row> changes) {
        Column[] all =
                List.of(changes.columns()).stream().map(name -> col(name)).toArray(Column[]::new);
        return changes.groupBy(KEY)
                .agg(max_by(struct(all), col(ORDER)).as("newest"))
                .select("newest.*");
    }

    /** The columns that a reader sees, whether or not the table exists yet. */
    static StructType schema(ContractRows contract) {
        return contract.schema().add(ORDER, DataTypes.LongType);
    }
}
