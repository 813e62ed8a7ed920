package io.millrace.spark.lake;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * Gives captured columns the types that they have in the database. Connect's Avro keeps the meaning of a column in the
 * property {@code connect.name} of its schema.
 */
final class SemanticTypes {
    /** The most digits that Spark's decimals hold. */
    private static final int MOST_DIGITS = 38;

    private SemanticTypes() {}

    /**
     * A captured column in its database type.
     *
     * @param path where the raw value is, with dots
     * @param schema the field's Avro schema
     */
    static Column typed(String path, Schema schema) {
        Schema value = withoutNull(schema);
        return typed(col("`" + path.replace(".", "`.`") + "`"), value.getProp("connect.name"));
    }

    /** The same of a raw value. @param meaning the property of its schema, may be null */
    static Column typed(Column raw, String meaning) {
        if (meaning == null) {
            return raw;
        }
        return switch (meaning) {
            case "io.debezium.time.Date" -> call("date_from_unix_date", raw);
            case "io.debezium.time.Timestamp" -> call("timestamp_millis", raw);
            case "io.debezium.time.MicroTimestamp" -> call("timestamp_micros", raw);
            case "io.debezium.time.NanoTimestamp" ->
                call("timestamp_micros", raw.divide(1000).cast(DataTypes.LongType));
            case "io.debezium.time.ZonedTimestamp" -> raw.cast(DataTypes.TimestampType);
            case "io.debezium.data.VariableScaleDecimal" ->
                udf((UDF1<Row, String>) SemanticTypes::plainText, DataTypes.StringType)
                        .apply(raw);
            default -> raw;
        };
    }

    private static Column call(String function, Column argument) {
        return functions.call_function(function, argument);
    }

    /** A number whose scale differs from row to row has no column type in Spark: its digits are kept as text. */
    private static String plainText(Row number) {
        if (number == null) {
            return null;
        }
        int scale = number.getInt(number.fieldIndex("scale"));
        BigInteger digits = new BigInteger(number.<byte[]>getAs("value"));
        return new BigDecimal(digits, scale).toPlainString();
    }

    /** The schema itself, or what it is when it is not null. */
    static Schema withoutNull(Schema schema) {
        if (schema.getType() != Schema.Type.UNION) {
            return schema;
        }
        List<Schema> others = schema.getTypes().stream()
                .filter(type -> type.getType() != Schema.Type.NULL)
                .toList();
        return others.size() == 1 ? others.get(0) : schema;
    }

    /** The same schema, with no decimal that is wider than Spark can hold. */
    static Schema readable(Schema schema) {
        return readable(schema, new HashMap<>());
    }

    private static Schema readable(Schema schema, Map<String, Schema> done) {
        return switch (schema.getType()) {
            case RECORD -> record(schema, done);
            case UNION ->
                Schema.createUnion(schema.getTypes().stream()
                        .map(type -> readable(type, done))
                        .toList());
            case ARRAY -> Schema.createArray(readable(schema.getElementType(), done));
            case MAP -> Schema.createMap(readable(schema.getValueType(), done));
            case BYTES -> bytes(schema);
            default -> schema;
        };
    }

    private static Schema record(Schema schema, Map<String, Schema> done) {
        Schema known = done.get(schema.getFullName());
        if (known != null) {
            return known;
        }
        Schema copy = Schema.createRecord(schema.getName(), schema.getDoc(), schema.getNamespace(), false);
        done.put(schema.getFullName(), copy);
        schema.getObjectProps().forEach(copy::addProp);
        List<Schema.Field> fields = new ArrayList<>();
        for (Schema.Field field : schema.getFields()) {
            Schema.Field same = new Schema.Field(field, readable(field.schema(), done));
            field.aliases().forEach(same::addAlias);
            fields.add(same);
        }
        copy.setFields(fields);
        return copy;
    }

    private static Schema bytes(Schema schema) {
        if (!(schema.getLogicalType() instanceof LogicalTypes.Decimal decimal)
                || decimal.getPrecision() <= MOST_DIGITS) {
            return schema;
        }
        return LogicalTypes.decimal(MOST_DIGITS, Math.min(decimal.getScale(), MOST_DIGITS))
                .addToSchema(Schema.create(Schema.Type.BYTES));
    }
}
