package io.millrace.spark.serving;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** Columns of a captured row, whose schema is another system's. */
final class Columns {
    private static final Conversions.DecimalConversion DECIMALS = new Conversions.DecimalConversion();

    private Columns() {}

    /** The text of a column; null when it is null or there is none. */
    static String textOrNull(GenericRecord row, String column) {
        Object value = valueOrNull(row, column);
        return value == null ? null : value.toString();
    }

    /** The text of a column. */
    static String text(GenericRecord row, String column) throws Unusable {
        String text = textOrNull(row, column);
        if (text == null) {
            throw new Unusable(column + " is missing");
        }
        return text;
    }

    /** A number however the connector's decimal.handling.mode writes it. */
    static BigDecimal decimal(GenericRecord row, String column) throws Unusable {
        Object value = valueOrNull(row, column);
        try {
            if (value instanceof Double || value instanceof Float) {
                return BigDecimal.valueOf(((Number) value).doubleValue());
            }
            if (value instanceof Number number) {
                return BigDecimal.valueOf(number.longValue());
            }
            if (value instanceof CharSequence text) {
                return new BigDecimal(text.toString());
            }
        } catch (NumberFormatException e) {
            throw new Unusable(column + " is no number");
        }
        if (value instanceof ByteBuffer bytes) {
            Schema type = present(row.getSchema().getField(column).schema());
            if (type.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
                return DECIMALS.fromBytes(bytes.duplicate(), type, decimal);
            }
        }
        throw new Unusable(column + " is no number");
    }

    /** A whole number. */
    static long whole(GenericRecord row, String column) throws Unusable {
        if (valueOrNull(row, column) instanceof Number number && !(number instanceof Double)) {
            return number.longValue();
        }
        throw new Unusable(column + " is no whole number");
    }

    /** An ISO time with zone, as Debezium writes timestamptz; or epoch microseconds, as it writes timestamp. */
    static Optional<Long> time(GenericRecord row, String column) throws Unusable {
        Object value = valueOrNull(row, column);
        if (value instanceof CharSequence text) {
            try {
                return Optional.of(OffsetDateTime.parse(text).toInstant().toEpochMilli());
            } catch (DateTimeException e) {
                throw new Unusable(column + " is no time");
            }
        }
        if (value instanceof Long micros) {
            return Optional.of(Instant.EPOCH.plusNanos(micros * 1_000).toEpochMilli());
        }
        return Optional.empty();
    }

    private static Object valueOrNull(GenericRecord row, String column) {
        Schema.Field field = row.getSchema().getField(column);
        return field == null ? null : row.get(field.pos());
    }

    private static Schema present(Schema schema) {
        return !schema.isUnion()
                ? schema
                : schema.getTypes().stream()
                        .filter(type -> type.getType() != Schema.Type.NULL)
                        .findFirst()
                        .orElse(schema);
    }
}
