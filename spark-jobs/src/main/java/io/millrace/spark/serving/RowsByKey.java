package io.millrace.spark.serving;

import java.util.Arrays;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.api.java.function.FlatMapGroupsWithStateFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.KeyValueGroupedDataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructType;

/** Rows by the text in their first column, and what one function makes of the rows of each. */
final class RowsByKey {
    /** Gets the rows of a key batch by batch, with a state between them, or in a bounded run all at once. */
    interface Keeper
            extends FlatMapGroupsWithStateFunction<String, Row, byte[], Row>, FlatMapGroupsFunction<String, Row, Row> {}

    private final KeyValueGroupedDataset<String, Row> rows;
    private final StructType result;

    private RowsByKey(KeyValueGroupedDataset<String, Row> rows, StructType result) {
        this.rows = rows;
        this.result = result;
    }

    /** @param result columns of what is made of the rows */
    static RowsByKey of(Dataset<Row> rows, StructType result) {
        return new RowsByKey(
                rows.groupByKey((MapFunction<Row, String>) row -> row.getString(0), Encoders.STRING()), result);
    }

    /** Of a stream. */
    Dataset<Row> kept(Keeper by, GroupStateTimeout timeout) {
        // Append, as Spark lets one state follow another only then; rows come when the function gives them.
        return rows.flatMapGroupsWithState(by, OutputMode.Append(), Encoders.BINARY(), Encoders.row(result), timeout);
    }

    /**
     * Of a batch: all rows of a key, which need not fit into memory.
     *
     * @param order the columns by which they are ordered
     */
    Dataset<Row> whole(Keeper by, String... order) {
        Column[] columns = Arrays.stream(order).map(functions::col).toArray(Column[]::new);
        return rows.flatMapSortedGroups(columns, by, Encoders.row(result));
    }
}
