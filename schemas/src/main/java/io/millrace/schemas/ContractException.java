package io.millrace.schemas;

/** A contract that cannot be read or does not exist; the message names the file or the contract and what to mend. */
public final class ContractException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ContractException(String message) {
        super(message);
    }

    public ContractException(String message, Throwable cause) {
        super(message, cause);
    }
}
