package io.millrace.connect.file;

import java.util.function.LongSupplier;

/** How much may be read now, so that no second has more than so much. Used by one thread. */
final class RateLimit {
    private static final double SECOND_NANOS = 1e9;

    private final long perSecond;
    private final LongSupplier nanos;
    private double left;
    private long at;

    /**
     * @param perSecond 0 for no limit
     * @param nanos a clock in nanoseconds; only differences are used
     */
    RateLimit(long perSecond, LongSupplier nanos) {
        this.perSecond = perSecond;
        this.nanos = nanos;
        this.left = perSecond;
        this.at = nanos.getAsLong();
    }

    /** May be more than is asked for at once; at least 0. */
    long available() {
        if (perSecond == 0) {
            return Long.MAX_VALUE;
        }
        long now = nanos.getAsLong();
        left = Math.min(perSecond, left + (now - at) / SECOND_NANOS * perSecond);
        at = now;
        return (long) Math.max(0, left);
    }

    /** Takes so much, even if that is more than is available: the next has to wait for it. */
    void take(long amount) {
        if (perSecond > 0) {
            left -= amount;
        }
    }
}
