package io.millrace.local.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;

/** How old probes were at one hop: exactly for the last minutes, in classes since the start. Guarded by its owner. */
final class HopTimes {
    /** Upper limits of the classes in seconds; 30 s is the objective. */
    static final double[] LIMITS = {0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 15, 30, 60, 120, 300};

    private static final Duration KEPT = Duration.ofMinutes(5);

    private record Age(Instant seenAt, double seconds) {}

    private final Deque<Age> recent = new ArrayDeque<>();
    private final long[] classes = new long[LIMITS.length];
    private long count;
    private double sum;

    void add(Instant seenAt, Duration age) {
        double seconds = age.toNanos() / 1e9;
        recent.addLast(new Age(seenAt, seconds));
        count++;
        sum += seconds;
        for (int i = 0; i < LIMITS.length; i++) {
            classes[i] += seconds <= LIMITS[i] ? 1 : 0;
        }
    }

    void forget(Instant now) {
        while (!recent.isEmpty() && recent.peekFirst().seenAt.isBefore(now.minus(KEPT))) {
            recent.removeFirst();
        }
    }

    /** Seconds below which this share of the recent probes was; empty while there are none. */
    OptionalDouble quantile(double share) {
        double[] sorted = recent.stream().mapToDouble(Age::seconds).sorted().toArray();
        return sorted.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)]);
    }

    /** Probes that were at most as old as each of {@link #LIMITS}. */
    long[] classes() {
        return classes.clone();
    }

    long count() {
        return count;
    }

    double sum() {
        return sum;
    }
}
