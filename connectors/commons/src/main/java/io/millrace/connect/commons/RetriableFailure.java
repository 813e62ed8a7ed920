package io.millrace.connect.commons;

/** The store cannot take writes now but is expected to later: the same records are tried again and nothing is given up. */
public final class RetriableFailure extends SinkFailure {

    /**
     * @param message what happened and where, without payload or secrets
     * @param cause what the client said; may be null
     */
    public RetriableFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
