package io.millrace.spark.lake;

import java.util.NoSuchElementException;

/** A query names a table that the lake does not have. */
final class NoSuchTable extends NoSuchElementException {
    private static final long serialVersionUID = 1;

    NoSuchTable(String message) {
        super(message);
    }
}
