package io.millrace.connect.commons;

import java.util.Optional;

/** Nothing will work until a person changes something: the task fails with this sentence. */
public final class FatalFailure extends SinkFailure {

    private final transient String setting;

    /** @param message what happened, where, and what to do about it */
    public FatalFailure(String message) {
        this(null, message, null);
    }

    /**
     * @param setting the configuration key to look at first; null when it is not the configuration
     * @param message what happened, where, and what to do about it
     * @param cause what the client said; may be null
     */
    public FatalFailure(String setting, String message, Throwable cause) {
        super(message, cause);
        this.setting = setting;
    }

    /** The configuration key to look at first. */
    public Optional<String> setting() {
        return Optional.ofNullable(setting);
    }
}
