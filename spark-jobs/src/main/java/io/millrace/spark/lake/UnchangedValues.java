package io.millrace.spark.lake;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_contains_key;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;

/**
 * Large values that a change did not touch: PostgreSQL does not log them, and Debezium writes a placeholder instead, which
 * depends on the column's type. A value that happens to be the placeholder cannot be told from it.
 */
final class UnchangedValues {
    /** What Debezium writes unless {@code unavailable.value.placeholder} says otherwise. */
    static final String PLACEHOLDER = "__debezium_unavailable_value";

    private static final byte[] BYTES = PLACEHOLDER.getBytes(StandardCharsets.UTF_8);
    private static final String ID = UUID.nameUUIDFromBytes(BYTES).toString();

    private UnchangedValues() {}

    /** True for changes that leave a value out; empty when no column of these can. */
    static Optional<Column> missing(StructType columns) {
        List<Column> each = new ArrayList<>();
        for (StructField field : columns.fields()) {
            missing(col("`" + field.name() + "`"), field.dataType())
                    .map(found -> coalesce(found, lit(false)))
                    .ifPresent(each::add);
        }
        return each.stream().reduce(Column::or);
    }

    private static Optional<Column> missing(Column column, DataType type) {
        if (type.equals(DataTypes.StringType)) {
            return Optional.of(column.equalTo(PLACEHOLDER));
        } else if (type.equals(DataTypes.BinaryType)) {
            return Optional.of(column.equalTo(lit(BYTES)));
        } else if (type instanceof MapType map && map.keyType().equals(DataTypes.StringType)) {
            return Optional.of(map_contains_key(column, PLACEHOLDER));
        } else if (type instanceof ArrayType array) {
            return missingArray(column, array.elementType());
        }
        return Optional.empty();
    }

    private static Optional<Column> missingArray(Column column, DataType items) {
        if (items.equals(DataTypes.StringType)) {
            return Optional.of(column.equalTo(array(lit(PLACEHOLDER))).or(column.equalTo(array(lit(ID)))));
        } else if (items.equals(DataTypes.BinaryType)) {
            return Optional.of(column.equalTo(array(lit(BYTES))));
        } else if (items.equals(DataTypes.IntegerType) || items.equals(DataTypes.LongType)) {
            Column[] numbers = new Column[BYTES.length];
            for (int i = 0; i < BYTES.length; i++) {
                numbers[i] = lit((int) BYTES[i]).cast(items);
            }
            return Optional.of(column.equalTo(array(numbers)));
        }
        return Optional.empty();
    }

    /** The same question of a value in a row. */
    static boolean isMissing(Object value) {
        if (value instanceof String text) {
            return text.equals(PLACEHOLDER);
        } else if (value instanceof byte[] bytes) {
            return Arrays.equals(bytes, BYTES);
        } else if (value instanceof scala.collection.Map<?, ?> map) {
            return JavaConverters.mapAsJavaMap(map).containsKey(PLACEHOLDER);
        } else if (value instanceof scala.collection.Seq<?> items) {
            return isMissing(JavaConverters.seqAsJavaList(items));
        }
        return false;
    }

    private static boolean isMissing(List<?> items) {
        if (items.size() == 1) {
            return ID.equals(items.get(0)) || isMissing(items.get(0));
        }
        if (items.size() != BYTES.length) {
            return false;
        }
        for (int i = 0; i < BYTES.length; i++) {
            if (!(items.get(i) instanceof Number number) || number.longValue() != BYTES[i]) {
                return false;
            }
        }
        return true;
    }
}
