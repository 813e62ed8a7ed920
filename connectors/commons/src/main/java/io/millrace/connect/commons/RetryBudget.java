package io.millrace.connect.commons;

import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * How long to wait between attempts and when to give up: exponential with full jitter, bounded by elapsed time and not
 * by a number of attempts. One outage lasts from the first failure to the next success.
 */
public final class RetryBudget {

    /** Value of the time limit that means "never give up". */
    public static final long UNLIMITED = -1;

    private final long minBackoffMs;
    private final long maxBackoffMs;
    private final long timeLimitMs;
    private final LongSupplier clockMs;
    private final RandomGenerator random;

    private int failures;
    private long outageStartedMs;

    /**
     * @param minBackoffMs upper bound of the first wait, in milliseconds
     * @param maxBackoffMs upper bound of every wait, in milliseconds
     * @param timeLimitMs length of an outage after which no wait is granted, in milliseconds; {@link #UNLIMITED} for none
     * @param clockMs a clock in milliseconds; only differences are used
     * @param random source of the jitter
     */
    public RetryBudget(
            long minBackoffMs, long maxBackoffMs, long timeLimitMs, LongSupplier clockMs, RandomGenerator random) {
        this.minBackoffMs = Math.max(1, minBackoffMs);
        this.maxBackoffMs = Math.max(this.minBackoffMs, maxBackoffMs);
        this.timeLimitMs = timeLimitMs;
        this.clockMs = clockMs;
        this.random = random;
    }

    /** Notes a failed attempt. Returns how many milliseconds (at least one) to wait, or nothing when the time is used up. */
    public OptionalLong failed() {
        long now = clockMs.getAsLong();
        if (failures == 0) {
            outageStartedMs = now;
        }
        // Doubling 30 times is more than any sensible maximum; the bound keeps the shift from overflowing.
        long ceiling = Math.min(maxBackoffMs, minBackoffMs << Math.min(failures, 30));
        failures++;
        long elapsed = now - outageStartedMs;
        if (timeLimitMs != UNLIMITED && elapsed >= timeLimitMs) {
            return OptionalLong.empty();
        }
        long wait = 1 + random.nextLong(ceiling);
        return OptionalLong.of(timeLimitMs == UNLIMITED ? wait : Math.min(wait, Math.max(1, timeLimitMs - elapsed)));
    }

    /** Notes a successful attempt. Returns how long the outage that it ended took, in milliseconds, if there was one. */
    public OptionalLong succeeded() {
        if (failures == 0) {
            return OptionalLong.empty();
        }
        failures = 0;
        return OptionalLong.of(clockMs.getAsLong() - outageStartedMs);
    }

    /** Whether the last attempt failed. */
    public boolean inOutage() {
        return failures > 0;
    }
}
