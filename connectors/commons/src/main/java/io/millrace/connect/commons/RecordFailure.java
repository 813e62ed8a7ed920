package io.millrace.connect.commons;

/** One record can never be written as it is: it goes to the dead letter queue and the others go on. */
public final class RecordFailure extends SinkFailure {

    /** @param message why the record cannot be written, without its payload */
    public RecordFailure(String message) {
        super(message, null);
    }

    /**
     * @param message why the record cannot be written, without its payload
     * @param cause what refused it; may be null
     */
    public RecordFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
