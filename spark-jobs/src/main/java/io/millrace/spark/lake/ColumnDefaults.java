package io.millrace.spark.lake;

import static org.apache.spark.sql.functions.lit;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.spark.sql.Column;

/**
 * The values that rows had from the moment on in which their column was added. The database does not log them: where the
 * default is a constant it does not even write them.
 *
 * <p>A default that is no constant stands in a schema as the zero of its type. For times and ids that is told apart, and
 * then nobody knows the value but the database.
 */
final class ColumnDefaults {
    private static final Set<String> NEVER_ZERO = Set.of(
            "io.debezium.time.Timestamp",
            "io.debezium.time.MicroTimestamp",
            "io.debezium.time.NanoTimestamp",
            "io.debezium.time.ZonedTimestamp",
            "io.debezium.time.Date",
            "io.debezium.data.Uuid");

    private ColumnDefaults() {}

    /** The known ones by column; a column that is null by default is not among them. */
    static Map<String, Column> of(Schema row) {
        Map<String, Column> defaults = new LinkedHashMap<>();
        for (Schema.Field field : row.getFields()) {
            if (field.hasDefaultValue() && field.defaultVal() != JsonProperties.NULL_VALUE) {
                of(field).ifPresent(value -> defaults.put(field.name(), value));
            }
        }
        return defaults;
    }

    private static Optional<Column> of(Schema.Field field) {
        Schema schema = SemanticTypes.withoutNull(field.schema());
        Object value = GenericData.get().getDefaultValue(field);
        String meaning = schema.getProp("connect.name");
        if (value == null || (meaning != null && NEVER_ZERO.contains(meaning) && isZero(value))) {
            return Optional.empty();
        }
        return literal(schema, value).map(raw -> SemanticTypes.typed(raw, meaning));
    }

    private static boolean isZero(Object value) {
        String text = value.toString();
        return text.isEmpty() || text.matches("[0-]+") || text.startsWith("1970-01-01");
    }

    private static Optional<Column> literal(Schema schema, Object value) {
        return switch (schema.getType()) {
            case INT, LONG, FLOAT, DOUBLE, BOOLEAN -> Optional.of(lit(value));
            case STRING, ENUM -> Optional.of(lit(value.toString()));
            case BYTES -> Optional.of(bytes(schema, (ByteBuffer) value));
            default -> Optional.empty();
        };
    }

    private static Column bytes(Schema schema, ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        return schema.getLogicalType() instanceof LogicalTypes.Decimal decimal
                ? lit(new BigDecimal(new BigInteger(bytes), decimal.getScale()))
                : lit(bytes);
    }
}
