package io.millrace.connect.configs.cdc.onboard;

import java.time.Duration;

/** Hears how far the steps are. */
public interface StepListener {
    /** A step begins. */
    default void beginning(String step) {}

    /** A step is done; zero when it was done already. */
    default void done(String step, String what, Duration took) {}

    /** A step is about to be taken back. */
    default void undoing(String step) {}

    /** A step has been taken back. */
    default void undone(String step) {}

    /** Something goes on within a step. */
    default void progress(String text) {}

    /** Whether somebody wants it to end. */
    default boolean isInterrupted() {
        return false;
    }
}
