package io.millrace.local.stack;

import java.time.Duration;

/**
 * When a service that died is started again, and when no more.
 *
 * @param first wait after the first death
 * @param cap longest wait
 * @param quick a run shorter than this, or one that never became healthy, counts as a quick failure
 * @param quickFailures after so many quick failures in a row the service is given up
 */
record Backoff(Duration first, Duration cap, Duration quick, int quickFailures) {
    static final Backoff DEFAULT =
            new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(20), 5);

    /**
     * The wait before the next start: doubled with every quick failure, up to the cap.
     *
     * @param failures quick failures in a row, the latest included; 0 when the last run was a long one
     */
    Duration delay(int failures) {
        if (failures <= 1) {
            return first;
        }
        int shift = Math.min(failures - 1, 30);
        Duration delay = first.multipliedBy(1L << shift);
        return delay.compareTo(cap) > 0 ? cap : delay;
    }

    /** Quick failures in a row after a run that just ended. */
    int count(int before, boolean becameHealthy, Duration ran) {
        return becameHealthy && ran.compareTo(quick) >= 0 ? 0 : before + 1;
    }

    boolean givesUp(int failures) {
        return failures >= quickFailures;
    }
}
