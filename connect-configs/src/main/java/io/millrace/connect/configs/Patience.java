package io.millrace.connect.configs;

import java.time.Duration;

/**
 * How long a request to a busy worker is repeated.
 *
 * @param limit time after which the refusal counts; zero: every request is sent once
 * @param pause time between two requests
 */
public record Patience(Duration limit, Duration pause) {
    /** Every request is sent once. */
    public static final Patience NONE = of(Duration.ZERO);

    /** Repeats four times a second. */
    public static Patience of(Duration limit) {
        return new Patience(limit, Duration.ofMillis(250));
    }
}
