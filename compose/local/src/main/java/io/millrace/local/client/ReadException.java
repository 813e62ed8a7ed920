package io.millrace.local.client;

/** A store could not be read; the message says which, and why. */
public final class ReadException extends Exception {
    private static final long serialVersionUID = 1;

    ReadException(String message, Throwable cause) {
        super(message, cause);
    }
}
