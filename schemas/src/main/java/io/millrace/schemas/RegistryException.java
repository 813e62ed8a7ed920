package io.millrace.schemas;

/** The schema registry could not be reached or refused; the message says what was asked and what it answered. */
public final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RegistryException(String message, Throwable cause) {
        super(message, cause);
    }
}
