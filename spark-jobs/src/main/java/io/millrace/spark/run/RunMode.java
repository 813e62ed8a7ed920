package io.millrace.spark.run;

import java.util.Locale;

/** How far a run goes. */
public enum RunMode {
    /** Until it is told to end. */
    STREAM,
    /** From its checkpoint to what there is when it starts. */
    AVAILABLE_NOW,
    /** A range of event time, apart from the job's checkpoint; repeated, it gives the same answer. */
    BATCH,
    /** As {@link #BATCH}, into a generation beside the live rows, which then takes their place. */
    REPLAY;

    /** As on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
