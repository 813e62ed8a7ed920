package io.millrace.spark.lake;

import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/** Which type holds the values of two versions of a column. */
final class WiderType {
    private static final List<DataType> NUMBERS = List.of(DataTypes.IntegerType, DataTypes.LongType);
    private static final List<DataType> FRACTIONS = List.of(DataTypes.FloatType, DataTypes.DoubleType);

    private WiderType() {}

    /** The wider of the two where one holds the other's values without loss, else the first. */
    static DataType of(DataType first, DataType second) {
        for (List<DataType> family : List.of(NUMBERS, FRACTIONS)) {
            if (family.contains(first) && family.contains(second)) {
                return family.get(Math.max(family.indexOf(first), family.indexOf(second)));
            }
        }
        if (first instanceof DecimalType one && second instanceof DecimalType other) {
            int scale = Math.max(one.scale(), other.scale());
            int whole = Math.max(one.precision() - one.scale(), other.precision() - other.scale());
            return whole + scale <= DecimalType.MAX_PRECISION()
                    ? DataTypes.createDecimalType(whole + scale, scale)
                    : first;
        }
        return first;
    }

    /** Whether a column of one type can become the other in place. */
    static boolean isWidening(DataType from, DataType to) {
        return !from.equals(to) && of(from, to).equals(to);
    }
}
