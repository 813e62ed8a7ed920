package io.millrace.spark.run;

import static org.apache.spark.sql.functions.expr;

import org.apache.spark.sql.Column;

/**
 * The time of a batch, which its checkpoint keeps, without the price of {@code current_timestamp()}.
 *
 * <p>Spark writes that time as a number into the Java code that it makes of the batch's plan. The code is another one each time:
 * compiled anew, and slow until the virtual machine has warmed up to it, which in batches of a few hundred rows is never. A
 * function of lambda expressions is not made into code, it is handed to it with all that stands in it.
 */
final class BatchTime {
    private BatchTime() {}

    /** A timestamp in milliseconds, the same in all rows of a batch and however often it is executed. */
    static Column column() {
        return expr("element_at(transform(array(current_timestamp()), time -> time), 1)");
    }
}
