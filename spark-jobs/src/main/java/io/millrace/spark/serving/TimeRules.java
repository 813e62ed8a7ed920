package io.millrace.spark.serving;

import io.millrace.schemas.LateData;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A contract's rules about late data, as tasks carry them.
 *
 * @param future how far event time may lie ahead of the received time
 * @param allowed how far it may lie behind; null when any distance will do or is accepted anyway
 */
public record TimeRules(Duration future, Duration allowed) implements Serializable {
    /** What dates can be written down with four digits; beyond that, clocks are broken and sinks refuse. */
    private static final long FIRST = Instant.parse("0001-01-01T00:00:00Z").toEpochMilli();

    private static final long LAST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    static TimeRules of(LateData late) {
        boolean refused = late.policy() == LateData.Policy.QUARANTINE;
        return new TimeRules(late.future(), refused ? late.allowed().orElse(null) : null);
    }

    /**
     * Why an event belongs into quarantine; empty when it does not.
     *
     * @param eventTime epoch milliseconds, as {@code receivedAt}
     * @param timeField names of the fields, for the message
     */
    Optional<String> problem(long eventTime, long receivedAt, String timeField, String receivedField) {
        if (eventTime < FIRST || eventTime > LAST) {
            return Optional.of(timeField + " " + eventTime + " ms lies outside of the years 1 to 9999");
        }
        if (eventTime > receivedAt + future.toMillis()) {
            return Optional.of(distance(eventTime, receivedAt, timeField, receivedField, future, "ahead of"));
        }
        if (allowed != null && eventTime < receivedAt - allowed.toMillis()) {
            return Optional.of(distance(eventTime, receivedAt, timeField, receivedField, allowed, "behind"));
        }
        return Optional.empty();
    }

    private static String distance(
            long eventTime, long receivedAt, String timeField, String receivedField, Duration limit, String where) {
        return timeField + " " + Instant.ofEpochMilli(eventTime) + " lies more than " + limit + " " + where + " "
                + receivedField + " " + Instant.ofEpochMilli(receivedAt);
    }
}
