package io.millrace.local.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * Probes that were in time and that were not, for the last six hours, and how fast that uses up what the objective allows.
 * Guarded by its owner.
 */
final class ErrorBudget {
    /** Share of the probes that have to be in time. */
    static final double OBJECTIVE = 0.99;

    static final Duration LONGEST = Duration.ofHours(6);
    private static final long SLICE_SECONDS = 10;

    private static final class Slice {
        private long good;
        private long bad;
    }

    private final TreeMap<Long, Slice> slices = new TreeMap<>();
    private long good;
    private long bad;

    void add(Instant at, boolean inTime) {
        Slice slice = slices.computeIfAbsent(slice(at), absent -> new Slice());
        if (inTime) {
            slice.good++;
            good++;
        } else {
            slice.bad++;
            bad++;
        }
        slices.headMap(slice(at.minus(LONGEST))).clear();
    }

    long good() {
        return good;
    }

    long bad() {
        return bad;
    }

    /** How many times faster than allowed the budget was used up in a window that ends now; 0 without probes. */
    double burn(Instant now, Duration window) {
        long inTime = 0;
        long late = 0;
        for (Map.Entry<Long, Slice> slice :
                slices.tailMap(slice(now.minus(window)), false).entrySet()) {
            inTime += slice.getValue().good;
            late += slice.getValue().bad;
        }
        return inTime + late == 0 ? 0 : (double) late / (inTime + late) / (1 - OBJECTIVE);
    }

    private static long slice(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), SLICE_SECONDS);
    }
}
