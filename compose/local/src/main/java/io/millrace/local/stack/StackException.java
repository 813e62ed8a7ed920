package io.millrace.local.stack;

/** The stack cannot do what was asked; the message is for the person at the terminal and says what to do next. */
public final class StackException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StackException(String message) {
        super(message);
    }

    public StackException(String message, Throwable cause) {
        super(message, cause);
    }
}
