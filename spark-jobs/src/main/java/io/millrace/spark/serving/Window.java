package io.millrace.spark.serving;

import java.time.Duration;
import java.time.Instant;

/**
 * A tumbling window of event time.
 *
 * @param start inclusive, epoch milliseconds
 * @param end exclusive
 */
record Window(long start, long end) {

    static Window of(long time, Duration length) {
        // Floor, so that times before 1970 fall into the window that begins before them.
        long start = Math.floorDiv(time, length.toMillis()) * length.toMillis();
        return new Window(start, start + length.toMillis());
    }

    /** Its start as it stands in record keys. */
    String text() {
        return Instant.ofEpochMilli(start).toString();
    }

    static Window parse(String text, Duration length) {
        long start = Instant.parse(text).toEpochMilli();
        return new Window(start, start + length.toMillis());
    }
}
