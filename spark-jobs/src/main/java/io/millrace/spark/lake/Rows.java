package io.millrace.spark.lake;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** How the rows of a batch are spread over tasks and so over files. */
final class Rows {
    /** Below this, a second task costs more than it saves, and would write a second file. */
    private static final long ENOUGH_FOR_TWO = 50_000;

    private Rows() {}

    /** In one task when there are few, else in two. */
    static Dataset<Row> inFewTasks(Dataset<Row> rows, long count) {
        return rows.coalesce(count < ENOUGH_FOR_TWO ? 1 : 2);
    }
}
