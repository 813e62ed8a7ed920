package io.millrace.local.client;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** What the collector said to one request. */
public sealed interface EventAnswer {
    /**
     * Every event of the request is in Kafka.
     *
     * @param events how many there were
     */
    record Accepted(int events) implements EventAnswer {}

    /**
     * Nothing of the request is stored, and the same request would be refused again.
     *
     * @param status HTTP status, 4xx
     * @param index which event of the request is at fault, from zero; empty when the answer names none
     * @param field the field at fault, when the answer names one
     * @param reason the collector's words
     */
    record Refused(int status, OptionalInt index, Optional<String> field, String reason) implements EventAnswer {}

    /**
     * Nobody can say whether the request is stored: the collector is busy, starting, or was cut off. The same events may
     * be sent again, as each is counted once per id.
     *
     * @param reason what happened
     * @param retryAfter how long the collector asked to wait; zero when it did not
     */
    record Unavailable(String reason, Duration retryAfter) implements EventAnswer {}
}
