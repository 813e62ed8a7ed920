package io.millrace.spark;

import java.util.Locale;

/** A set of jobs that share a driver, because they have the same urgency. */
public enum Group {
    /** What a reader waits for: sub-second triggers, small state, no Hudi. */
    SERVING,
    /** Tables on S3: slower triggers, low priority, so that a long commit never delays the serving jobs. */
    LAKE;

    /** The name used on the command line and in the health answer. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
