package io.millrace.spark;

/** The driver was started with wrong arguments or a wrong configuration; the message says which and what to mend. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
