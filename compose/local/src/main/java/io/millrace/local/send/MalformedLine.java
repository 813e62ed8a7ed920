package io.millrace.local.send;

/** A line that gives no event; the message says why. Carries no stack trace: it is an answer, not a fault. */
public final class MalformedLine extends Exception {
    private static final long serialVersionUID = 1;

    MalformedLine(String reason) {
        super(reason, null, false, false);
    }
}
