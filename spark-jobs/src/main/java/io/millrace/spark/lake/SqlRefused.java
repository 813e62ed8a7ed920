package io.millrace.spark.lake;

/** A query that is not answered, with the reason in a sentence for whoever asked. */
final class SqlRefused extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    SqlRefused(String message) {
        super(message);
    }
}
