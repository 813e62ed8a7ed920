package io.millrace.local.page;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What Redis served at one moment.
 *
 * @param minutes the rows of each site's newest minute
 * @param sessions the open and the closed sessions that were read
 * @param orders how many orders there are
 * @param ledgers the sinks' ledgers
 * @param truncated true when there was more than the reader is allowed to look at
 */
record ServingState(
        List<Minute> minutes, List<Session> sessions, long orders, List<Ledger> ledgers, boolean truncated) {
    /** An open session is live as long as this has not passed since its last event, on the data's own clock. */
    static final Duration LIVE = Duration.ofMinutes(30);

    /**
     * Requests of one site, minute and country.
     *
     * @param freshnessMs how old its newest event was when it was written; null when unknown
     */
    record Minute(String site, Instant start, long requests, long activeUsers, Long freshnessMs) {}

    record Session(String site, Instant lastEventAt, boolean closed) {}

    /** The part that belongs to one site; everything when the site is null. */
    ServingState of(String site) {
        if (site == null) {
            return this;
        }
        return new ServingState(
                minutes.stream().filter(row -> row.site.equals(site)).toList(),
                sessions.stream().filter(row -> row.site.equals(site)).toList(),
                orders,
                ledgers,
                truncated);
    }

    /** The newest minute in which somebody was there. */
    Optional<Instant> newestMinute() {
        return minutes.stream().map(Minute::start).max(Comparator.naturalOrder());
    }

    /** Rows of the newest minute; empty when there is none. */
    List<Minute> inNewestMinute() {
        Instant newest = newestMinute().orElse(null);
        return minutes.stream().filter(row -> row.start.equals(newest)).toList();
    }

    /** The newest event time that is known. */
    Optional<Instant> newestEvent() {
        return Stream.concat(newestMinute().stream(), sessions.stream().map(Session::lastEventAt))
                .max(Comparator.naturalOrder());
    }

    long liveSessions() {
        return newestEvent()
                .map(newest -> sessions.stream()
                        .filter(Predicate.not(Session::closed))
                        .filter(session -> session.lastEventAt.isAfter(newest.minus(LIVE)))
                        .count())
                .orElse(0L);
    }
}
