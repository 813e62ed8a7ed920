package io.millrace.spark.lake;

import org.apache.spark.sql.types.DataType;

/** A captured column has a type now that the table's column cannot become. */
final class UnfitColumn extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnfitColumn(String table, String column, DataType was, DataType is) {
        super("column " + column + " of " + table + " was " + was.catalogString() + " and is " + is.catalogString());
    }
}
