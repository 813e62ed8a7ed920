package io.millrace.spark.lake;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.hash;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;

import io.millrace.spark.JobContext;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A mirror's table of some size, to which changes of rows come that may lie anywhere in it. */
public final class GrowingTable {
    private static final int PIECE = 1_000_000;

    private final JobContext context;
    private final long rows;
    private final String name;
    private LakeTable table;
    private int commits;

    public GrowingTable(JobContext context, long rows) {
        this.context = context;
        this.rows = rows;
        this.name = "grown_" + rows;
    }

    /**
     * Changes rows in one commit.
     *
     * @return milliseconds
     */
    public long upsert(int changes) {
        fill();
        Dataset<Row> batch = context.spark()
                .range(0, changes, 1, 2)
                .select(pmod(hash(col("id"), lit(commits)).cast("long"), lit(rows))
                        .as("id"))
                .dropDuplicates("id");
        Dataset<Row> made = made(batch, ++commits).persist();
        made.count();
        long began = System.nanoTime();
        table.commit(made, layout(), note());
        long millis = (System.nanoTime() - began) / 1_000_000;
        made.unpersist();
        return millis;
    }

    private void fill() {
        if (table != null) {
            return;
        }
        table = new LakeTable(context.spark(), context.config().table(name));
        for (long from = 0; from < rows; from += PIECE) {
            Dataset<Row> piece = context.spark()
                    .range(from, Math.min(rows, from + PIECE), 1, 2)
                    .toDF("id");
            table.commit(made(piece, 0), layout().with("hoodie.compact.inline.max.delta.commits", "1000"), note());
        }
        // What a table looks like after its compaction.
        table.commit(
                made(context.spark().range(0, 1).toDF("id"), 0),
                layout().with("hoodie.compact.inline.max.delta.commits", "1"),
                note());
    }

    private CommitNote note() {
        return new CommitNote(OffsetVector.NONE.with("cdc.bench.public.grown", 0, ++commits), null, "growth");
    }

    private TableLayout layout() {
        return TableLayout.upsert(name, List.of("id"), ChangeSchema.ORDER, 1);
    }

    private static Dataset<Row> made(Dataset<Row> ids, long order) {
        return ids.select(
                col("id"),
                concat(lit("Name of "), col("id")).as("name"),
                concat(lit("A description of some length, as rows have one, number "), hash(col("id"), lit(order)))
                        .as("description"),
                hash(col("id"), lit(order + 1)).as("stock"),
                hash(col("id"), lit(order + 2)).cast("decimal(12,2)").as("price"),
                lit(order).as(ChangeSchema.ORDER));
    }
}
