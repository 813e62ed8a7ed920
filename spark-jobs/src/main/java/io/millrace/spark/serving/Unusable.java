package io.millrace.spark.serving;

/** A record of a table's topic that is no change of it, or not one that can be read; the message says why. */
final class Unusable extends Exception {
    private static final long serialVersionUID = 1;

    Unusable(String reason) {
        super(reason, null, false, false);
    }
}
