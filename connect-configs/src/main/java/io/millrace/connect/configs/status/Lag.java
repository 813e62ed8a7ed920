package io.millrace.connect.configs.status;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a connector is behind.
 *
 * @param records sinks: records that are not consumed yet; empty for sources, and when it cannot be told
 * @param age sinks: age of the oldest record that is not consumed yet, zero when there is none; sources: age of the newest
 *     record in the topics that it writes; empty when it cannot be told
 */
public record Lag(OptionalLong records, Optional<Duration> age) {
    /** Nothing is known. */
    public static final Lag UNKNOWN = new Lag(OptionalLong.empty(), Optional.empty());
}
