package io.millrace.local.page;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * What a sink has written down beside its data for one topic partition.
 *
 * @param topic whose records were applied
 * @param newestReceivedAt newest arrival at the collector among them; null when the sink does not know it
 * @param updatedAt when the sink last wrote
 */
record Ledger(String topic, Instant newestReceivedAt, Instant updatedAt) {
    /** A session is written again when it ends, long after its newest event: that says nothing about freshness. */
    private static final String WRITTEN_LATE_ON_PURPOSE = "serving.sessions";

    private static final Duration SAME_TIME = Duration.ofMinutes(1);

    /** Age of the newest event when it was written: the worst of the partitions written lately. */
    static Optional<Duration> freshness(Collection<Ledger> ledgers) {
        Optional<Instant> newest = newestUpdate(ledgers);
        return newest.flatMap(latest -> ledgers.stream()
                .filter(ledger -> ledger.newestReceivedAt != null && !ledger.topic.equals(WRITTEN_LATE_ON_PURPOSE))
                .filter(ledger -> ledger.updatedAt.isAfter(latest.minus(SAME_TIME)))
                .map(ledger -> Duration.between(ledger.newestReceivedAt, ledger.updatedAt))
                .max(Comparator.naturalOrder()));
    }

    static Optional<Instant> newestUpdate(Collection<Ledger> ledgers) {
        return ledgers.stream().map(Ledger::updatedAt).max(Comparator.naturalOrder());
    }

    /** An instant as the sinks write it; null for anything else. */
    static Instant instant(String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
