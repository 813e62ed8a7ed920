package io.millrace.connect.configs;

/** A Connect worker could not be reached, refused, or did not get a connector running; the message says which and why. */
public final class ConnectRestException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    ConnectRestException(String message) {
        this(0, message);
    }

    ConnectRestException(int status, String message) {
        super(message);
        this.status = status;
    }

    ConnectRestException(String message, Throwable cause) {
        super(message, cause);
        this.status = 0;
    }

    /** HTTP status of the answer; 0 when there was none, or when the answer itself was not the problem. */
    public int status() {
        return status;
    }
}
