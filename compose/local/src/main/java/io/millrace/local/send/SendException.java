package io.millrace.local.send;

/** A sending that cannot go on; the message says why and what to do. */
public final class SendException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean worthRetrying;

    SendException(String message, boolean worthRetrying) {
        super(message);
        this.worthRetrying = worthRetrying;
    }

    /** Whether the same sending may go through at another time. */
    public boolean isWorthRetrying() {
        return worthRetrying;
    }
}
