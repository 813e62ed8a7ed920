package io.millrace.schemas;

import java.time.Duration;
import java.util.Optional;

/**
 * What becomes of events whose event time lies far from the time at which they were received.
 *
 * @param future an event time further ahead of the received time than this is refused into quarantine
 * @param allowed how far event time may lie behind the received time before {@code policy} decides; empty: any distance
 * @param policy the fate of events that are later than {@code allowed}
 */
public record LateData(Duration future, Optional<Duration> allowed, Policy policy) {

    /** One hour ahead, however late, accepted. */
    public static final LateData DEFAULT = new LateData(Duration.ofHours(1), Optional.empty(), Policy.ACCEPT);

    /** The fate of late events. */
    public enum Policy {
        ACCEPT,
        QUARANTINE
    }
}
