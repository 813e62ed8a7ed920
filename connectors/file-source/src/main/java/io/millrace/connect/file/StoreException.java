package io.millrace.connect.file;

import java.io.IOException;

/** The store cannot be used now, or not with this configuration. Says nothing of the content of an object. */
class StoreException extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean fatal;

    /** @param fatal whether trying again is no use until somebody changes something */
    StoreException(String message, boolean fatal, Throwable cause) {
        super(message, cause);
        this.fatal = fatal;
    }

    static StoreException passing(String message, Throwable cause) {
        return new StoreException(message, false, cause);
    }

    boolean isFatal() {
        return fatal;
    }
}
