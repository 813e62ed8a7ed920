package io.millrace.spark.run;

import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.timestamp_millis;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.unix_millis;

import java.nio.ByteBuffer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;

/**
 * The time of a batch, which its checkpoint keeps, without the price of {@code current_timestamp()}.
 *
 * <p>Spark writes a number that does not change within a batch, and so this time, into the Java code that it makes of the
 * batch's plan. The code would be another one each time: compiled anew, and slow until the virtual machine has warmed up to it,
 * which in batches of a few hundred rows is never. Bytes are handed to the code instead, and the function that makes a number
 * of them is declared as one that cannot be worked out beforehand.
 */
final class BatchTime {
    private static final UserDefinedFunction NUMBER = udf(
                    (UDF1<byte[], Long>) bytes -> ByteBuffer.wrap(bytes).getLong(), DataTypes.LongType)
            .asNondeterministic();

    private BatchTime() {}

    /** A timestamp in milliseconds, the same in all rows of a batch and however often it is executed. */
    static Column column() {
        return timestamp_millis(NUMBER.apply(unix_millis(current_timestamp()).cast(DataTypes.BinaryType)));
    }
}
