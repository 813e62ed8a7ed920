package io.millrace.connect.configs;

/** The brokers could not be reached or refused; the message says what was asked and why it failed. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
