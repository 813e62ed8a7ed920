package io.millrace.spark;

/** A query that is not answered, with the reason in a sentence for whoever asked. */
public final class SqlRefused extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public SqlRefused(String message) {
        super(message);
    }
}
