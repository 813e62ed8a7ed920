package io.millrace.connect.jdbc;

import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/** What becomes of a NUMERIC column: {@code numeric.mapping}. */
enum NumericMapping {
    NONE,
    PRECISION_ONLY,
    BEST_FIT,
    BEST_FIT_EAGER_DOUBLE;

    /** Digits that fit a 64-bit integer for certain. */
    private static final int LONG_DIGITS = 18;

    /** Scale of a NUMERIC that was declared without one: values keep their digits up to here. */
    static final int FREE_SCALE = 38;

    /** @param free whether the column was declared without precision and scale */
    SchemaBuilder schema(int precision, int scale, boolean free) {
        if (free) {
            return this == BEST_FIT_EAGER_DOUBLE ? new SchemaBuilder(Schema.Type.FLOAT64) : Decimal.builder(FREE_SCALE);
        }
        boolean fits = precision <= LONG_DIGITS;
        boolean whole = this == PRECISION_ONLY ? scale == 0 : scale <= 0;
        if (this != NONE && fits && whole) {
            return new SchemaBuilder(integer(precision));
        }
        boolean fraction = scale > 0;
        if (fraction && (this == BEST_FIT && fits || this == BEST_FIT_EAGER_DOUBLE)) {
            return new SchemaBuilder(Schema.Type.FLOAT64);
        }
        return Decimal.builder(scale);
    }

    private static Schema.Type integer(int precision) {
        if (precision > 9) {
            return Schema.Type.INT64;
        }
        if (precision > 4) {
            return Schema.Type.INT32;
        }
        return precision > 2 ? Schema.Type.INT16 : Schema.Type.INT8;
    }
}
