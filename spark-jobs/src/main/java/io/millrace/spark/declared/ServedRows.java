package io.millrace.spark.declared;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;

import io.millrace.schemas.Contract;
import io.millrace.schemas.NearestName;
import io.millrace.spark.lake.ContractTypes;
import java.nio.ByteBuffer;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** What the result of a query has to be so that it can be served, and how it becomes Kafka records. */
final class ServedRows {
    /** Filled in with the time of the batch when the query does not give it. */
    static final String UPDATED_AT = "updated_at";

    private final Contract sink;
    private final Schema schema;
    private final Map<String, DataType> wanted = new TreeMap<>();

    ServedRows(Contract sink) {
        this.sink = sink;
        this.schema = sink.requireValue();
        for (StructField field : ContractTypes.columns(schema).fields()) {
            wanted.put(field.name(), field.dataType());
        }
    }

    /** What is wrong with a result of these columns, a sentence each; empty when it can be served. */
    List<String> problems(StructType result) {
        List<String> problems = new ArrayList<>();
        List<String> given = Arrays.asList(result.fieldNames());
        if (sink.topic().key().isEmpty()) {
            problems.add(sink.name() + " has no key in its contract, so nothing says which row replaces which");
        }
        for (StructField column : result.fields()) {
            DataType type = wanted.get(column.name());
            if (type == null) {
                problems.add("the query gives " + column.name() + ", which " + sink.name() + " does not have; "
                        + NearestName.hint(column.name(), wanted.keySet()));
            } else if (!Cast.canUpCast(column.dataType(), type)) {
                problems.add("the query gives " + column.name() + " as "
                        + column.dataType().catalogString() + ", " + sink.name() + " has it as " + type.catalogString()
                        + "; cast it in the query");
            }
        }
        for (Schema.Field field : schema.getFields()) {
            boolean must = sink.topic().key().contains(field.name())
                    || !hasFallback(field) && !mayBeNull(field) && !isUpdatedAt(field.name());
            if (must && !given.contains(field.name())) {
                problems.add("the query does not give " + field.name() + ", which " + sink.name() + " needs");
            }
        }
        return problems;
    }

    /**
     * Rows of {@code topic}, {@code key} and {@code value}. A row in which something is null that must not be is left out.
     *
     * @param result has no {@link #problems}
     * @param schemaId of the contract's schema in the registry
     * @param now what {@link #UPDATED_AT} says
     */
    Dataset<Row> records(Dataset<Row> result, int schemaId, Column now) {
        List<String> given = Arrays.asList(result.columns());
        List<Column> values = new ArrayList<>();
        Column whole = lit(true);
        for (Schema.Field field : schema.getFields()) {
            String name = field.name();
            if (given.contains(name)) {
                values.add(col(name).cast(wanted.get(name)).as(name));
                if (!mayBeNull(field)) {
                    whole = whole.and(col(name).isNotNull());
                }
            } else if (isUpdatedAt(name)) {
                values.add(now.cast(wanted.get(name)).as(name));
            } else if (!mayBeNull(field)) {
                values.add(fallback(field).cast(wanted.get(name)).as(name));
            }
        }
        byte[] header = ByteBuffer.allocate(5).put((byte) 0).putInt(schemaId).array();
        Column value =
                org.apache.spark.sql.avro.functions.to_avro(struct(values.toArray(Column[]::new)), schema.toString());
        return result.where(whole)
                .select(
                        lit(sink.name()).as("topic"),
                        key().as("key"),
                        concat(lit(header), value).as("value"));
    }

    /** The field's default. Those of Avro's own types (arrays, records) have no literal and are refused before. */
    private static Column fallback(Schema.Field field) {
        Object value = GenericData.get().getDefaultValue(field);
        return lit(value instanceof CharSequence text ? text.toString() : value);
    }

    /** The key's fields as text, joined by bars; a time as in {@code 2026-03-01T12:00:00Z}. */
    private Column key() {
        UserDefinedFunction instant =
                udf((UDF1<Timestamp, String>) time -> time.toInstant().toString(), DataTypes.StringType);
        return concat_ws(
                "|",
                sink.topic().key().stream()
                        .map(name -> wanted.get(name).equals(DataTypes.TimestampType)
                                ? instant.apply(col(name))
                                : col(name).cast(DataTypes.StringType))
                        .toArray(Column[]::new));
    }

    private boolean isUpdatedAt(String name) {
        return name.equals(UPDATED_AT) && wanted.get(name).equals(DataTypes.TimestampType);
    }

    private static boolean hasFallback(Schema.Field field) {
        return field.hasDefaultValue()
                && switch (field.schema().getType()) {
                    case STRING, INT, LONG, FLOAT, DOUBLE, BOOLEAN -> true;
                    default -> false;
                };
    }

    private static boolean mayBeNull(Schema.Field field) {
        return field.schema().isNullable();
    }
}
