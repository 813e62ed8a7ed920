package io.millrace.connect.configs.cdc.onboard;

/** A step failed; the message says which, why, and what was made of it. */
public final class OnboardException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public OnboardException(String message) {
        super(message);
    }

    public OnboardException(String message, Throwable cause) {
        super(message, cause);
    }
}
