package io.millrace.local.stack;

/** Where a node is in its life. */
enum NodeState {
    /** For what it depends on. */
    WAITING,
    /** Its process runs, or its work is being done, but it is not healthy yet. */
    STARTING,
    /** A service that answered its probe. */
    UP,
    /** A task that is finished. */
    DONE,
    /** Died; will be started again. */
    RESTARTING,
    /** Given up. */
    FAILED,
    STOPPING,
    STOPPED;

    boolean satisfies() {
        return this == UP || this == DONE;
    }
}
