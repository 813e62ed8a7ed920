package io.millrace.spark.lake;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * Gives changes the {@linkplain UnchangedValues values that they leave out}: those of the row's change before, be it in
 * the batch or in the table. A changed primary key is a delete and an insert at the same log position, and the insert's
 * row is the deleted one's.
 */
final class OldValues implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1;

    /** The offset of rows that were in the table before. */
    private static final long BEFORE = -1;

    private final int[] key;
    private final int lsn;
    private final int op;
    private final int offset;
    private final LongAccumulator unknown;

    private OldValues(StructType columns, List<String> keys, LongAccumulator unknown) {
        this.key = keys.stream().mapToInt(columns::fieldIndex).toArray();
        this.lsn = columns.fieldIndex(ChangeSchema.LSN);
        this.op = columns.fieldIndex(ChangeSchema.OP);
        this.offset = columns.fieldIndex(ChangeSchema.OFFSET);
        this.unknown = unknown;
    }

    /**
     * The changes with their values.
     *
     * @param changes with {@link ChangeSchema#ORDER}; some of them lack values
     * @param missing which
     * @param table the rows as they were before the batch
     * @param unknown is told how many values nobody knows; they are null
     */
    static Dataset<Row> filled(
            Dataset<Row> changes, Column missing, Dataset<Row> table, List<String> keys, LongAccumulator unknown) {
        StructType columns = changes.schema();
        Column[] key = keys.stream().map(name -> col("`" + name + "`")).toArray(Column[]::new);
        Dataset<Row> lacking = changes.where(missing);
        Dataset<Row> moved = changes.where(col(ChangeSchema.OP).equalTo(ChangeSchema.DELETE))
                .join(lacking.select(col(ChangeSchema.LSN)).distinct(), seq(List.of(ChangeSchema.LSN)));
        Dataset<Row> wanted = lacking.select(key).union(moved.select(key)).distinct();
        Dataset<Row> before = ChangeVersions.conform(table, types(columns), Map.of())
                .withColumn(ChangeSchema.OFFSET, lit(BEFORE))
                .join(broadcast(wanted), seq(keys), "left_semi")
                .select(List.of(columns.fieldNames()).stream()
                        .map(name -> col("`" + name + "`"))
                        .toArray(Column[]::new));
        // One task, as a changed key leads from one row to another; this is a batch with large values, not every batch.
        return before.unionAll(changes)
                .coalesce(1)
                .sortWithinPartitions(
                        col(ChangeSchema.OFFSET).notEqual(BEFORE), col(ChangeSchema.ORDER), col(ChangeSchema.OFFSET))
                .mapPartitions(new OldValues(columns, keys, unknown), Encoders.row(columns));
    }

    private static Seq<String> seq(List<String> names) {
        return JavaConverters.asScalaBuffer(names).toSeq();
    }

    private static Map<String, DataType> types(StructType columns) {
        Map<String, DataType> types = new LinkedHashMap<>();
        for (StructField field : columns.fields()) {
            types.put(field.name(), field.dataType());
        }
        return types;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        Map<List<Object>, Row> known = new HashMap<>();
        Map<Long, Row> deleted = new HashMap<>();
        List<Row> filled = new ArrayList<>();
        while (rows.hasNext()) {
            Row row = rows.next();
            List<Object> id = id(row);
            if (row.getLong(offset) == BEFORE) {
                known.put(id, row);
            } else if (row.getString(op).equals(ChangeSchema.DELETE)) {
                Row last = known.remove(id);
                if (last != null) {
                    deleted.put(row.getLong(lsn), last);
                }
                filled.add(row);
            } else {
                Row last = known.getOrDefault(id, deleted.get(row.getLong(lsn)));
                Row complete = complete(row, last);
                known.put(id, complete);
                filled.add(complete);
            }
        }
        return filled.iterator();
    }

    private Row complete(Row row, Row last) {
        Object[] values = null;
        for (int i = 0; i < row.size(); i++) {
            if (UnchangedValues.isMissing(row.get(i))) {
                if (values == null) {
                    values = values(row);
                }
                // Where the last one is the newer one, the table does not take this change anyway.
                values[i] = last == null ? null : last.get(i);
                if (last == null) {
                    unknown.add(1);
                }
            }
        }
        return values == null ? row : RowFactory.create(values);
    }

    private static Object[] values(Row row) {
        Object[] values = new Object[row.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.get(i);
        }
        return values;
    }

    private List<Object> id(Row row) {
        List<Object> id = new ArrayList<>(key.length);
        for (int column : key) {
            Object value = row.get(column);
            id.add(value instanceof byte[] bytes ? java.nio.ByteBuffer.wrap(bytes) : value);
        }
        return id;
    }
}
