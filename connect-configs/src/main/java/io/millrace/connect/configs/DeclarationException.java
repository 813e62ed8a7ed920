package io.millrace.connect.configs;

/** A file that declares something is wrong; the message names the file, where possible the line, and what to write instead. */
public final class DeclarationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DeclarationException(String message) {
        super(message);
    }

    public DeclarationException(String message, Throwable cause) {
        super(message, cause);
    }
}
