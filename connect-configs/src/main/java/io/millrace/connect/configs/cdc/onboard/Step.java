package io.millrace.connect.configs.cdc.onboard;

import java.util.List;

/**
 * One step of bringing a database in. Each part may be run again at any time, also after the process died in the middle of
 * it: what is there already is left alone, what is gone already is no error.
 */
interface Step {
    /** One word, as the journal keeps it. */
    String name();

    /** What it is going to do, for a plan. */
    String what();

    /** The statements that it runs in the captured database, for a plan. */
    default List<String> sql() {
        return List.of();
    }

    /** Whether the servers show that it has been done. */
    boolean isDone();

    void apply();

    /** Takes back all that {@link #apply} does or may have begun. */
    void undo();
}
