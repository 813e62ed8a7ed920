package io.millrace.local.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What became of the probes of one source. Guarded by {@link ProbeBook}. */
final class SourceBook {
    /** Older probes than this are not in time. */
    static final Duration IN_TIME = Duration.ofSeconds(30);
    /** How long after a later one a probe may still arrive. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final int LOSSES_KEPT = 1_000;

    private static final class Flight {
        private final Ping ping;
        private final Map<Hop, Instant> seen = new EnumMap<>(Hop.class);
        private boolean refused;
        private boolean judged;
        private boolean lost;

        private Flight(Ping ping) {
            this.ping = ping;
        }

        private boolean isAt(Hop hop) {
            return seen.containsKey(hop);
        }

        private boolean isThrough() {
            return isAt(Hop.REDIS) && isAt(Hop.ELASTICSEARCH);
        }
    }

    private record Sighting(long sequence, Instant at) {}

    private final TreeMap<Long, Flight> flights = new TreeMap<>();
    private final Map<Hop, HopTimes> times = new EnumMap<>(Hop.class);
    private final Map<Hop, Deque<Sighting>> sightings = new EnumMap<>(Hop.class);
    /** By hop the highest number that was seen there longer ago than the grace. */
    private final Map<Hop, Long> settled = new EnumMap<>(Hop.class);

    private final Map<Hop, Long> lost = new EnumMap<>(Hop.class);
    private final ErrorBudget budget = new ErrorBudget();
    private final List<Loss> losses = new ArrayList<>();
    private long sent;
    private long refused;
    private long duplicates;
    private long recovered;
    private String lastRefusal = "";
    /** A source that nothing has ever come through is not there yet, which is not the same as being late. */
    private boolean begun;
    /** What was sent before the first that came through was sent into a way that was not open yet. */
    private long firstSeen = Long.MAX_VALUE;

    SourceBook() {
        for (Hop hop : Hop.values()) {
            times.put(hop, new HopTimes());
            sightings.put(hop, new ArrayDeque<>());
            settled.put(hop, -1L);
            lost.put(hop, 0L);
        }
    }

    void sent(Ping ping) {
        flights.put(ping.sequence(), new Flight(ping));
        sent++;
    }

    void refused(Ping ping, String why, Instant now) {
        Flight flight = flights.get(ping.sequence());
        refused++;
        lastRefusal = why;
        if (flight != null && !flight.judged) {
            flight.refused = true;
            judge(flight, now, false);
        }
    }

    void seen(long sequence, Hop hop, Instant now) {
        Flight flight = flights.get(sequence);
        if (flight == null) {
            return;
        }
        if (flight.isAt(hop)) {
            // Rows of the job are absolute, so one that is written again is none too many.
            duplicates += hop == Hop.KAFKA ? 1 : 0;
            return;
        }
        flight.seen.put(hop, now);
        if (hop == Hop.KAFKA) {
            firstSeen = Math.min(firstSeen, sequence);
        }
        times.get(hop).add(now, Duration.between(flight.ping.sentAt(), now));
        sightings.get(hop).addLast(new Sighting(sequence, now));
        if (flight.lost) {
            flight.lost = false;
            recovered++;
        }
        if (flight.isThrough()) {
            begun = true;
            if (!flight.judged) {
                judge(flight, now, Duration.between(flight.ping.sentAt(), now).compareTo(IN_TIME) <= 0);
            }
        }
    }

    private void judge(Flight flight, Instant now, boolean inTime) {
        flight.judged = true;
        if (begun) {
            budget.add(now, inTime);
        }
    }

    /** Decides what the passing of time decides. */
    void tick(Instant now) {
        for (Hop hop : Hop.values()) {
            Deque<Sighting> waiting = sightings.get(hop);
            while (!waiting.isEmpty() && !waiting.peekFirst().at.isAfter(now.minus(GRACE))) {
                settled.merge(hop, waiting.removeFirst().sequence, Math::max);
            }
            times.get(hop).forget(now);
        }
        for (Flight flight : flights.values()) {
            if (!flight.judged && flight.ping.sentAt().plus(IN_TIME).isBefore(now)) {
                judge(flight, now, false);
            }
            missingAt(flight).ifPresent(hop -> {
                flight.lost = true;
                lost.merge(hop, 1L, Long::sum);
                if (losses.size() < LOSSES_KEPT) {
                    losses.add(new Loss(flight.ping.source(), flight.ping.sequence(), hop, flight.ping.sentAt(), now));
                }
            });
        }
        Iterator<Flight> oldest = flights.values().iterator();
        while (oldest.hasNext() && oldest.next().ping.sentAt().isBefore(now.minus(KEPT))) {
            oldest.remove();
        }
    }

    /** The hop at which a probe is certainly missing. */
    private Optional<Hop> missingAt(Flight flight) {
        if (flight.lost || flight.refused || !flight.isAt(Hop.ACCEPTED) || flight.ping.sequence() < firstSeen) {
            return Optional.empty();
        }
        for (Hop hop : Hop.values()) {
            if (!flight.isAt(hop)) {
                // A row whose slot has a new owner is in no store any more: nobody can say whether it was.
                if (hop.isStore() && flight.ping.sequence() <= flights.lastKey() - Ping.SLOTS) {
                    continue;
                }
                if (settled.get(hop) > flight.ping.sequence()) {
                    return Optional.of(hop);
                }
                if (!hop.isStore()) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    /** Probes that may come to a store, the newest first. */
    List<Ping> awaitedAt(Hop store, int most) {
        return flights.descendingMap().values().stream()
                .filter(flight -> !flight.isAt(store))
                // A row's next owner has overwritten it.
                .filter(flight -> flight.ping.sequence() > flights.lastKey() - Ping.SLOTS)
                .limit(most)
                .map(flight -> flight.ping)
                .toList();
    }

    /** How many are accepted and not in both stores. */
    long open() {
        return flights.values().stream()
                .filter(flight -> flight.isAt(Hop.ACCEPTED)
                        && !flight.isThrough()
                        && !flight.lost
                        && flight.ping.sequence() >= firstSeen)
                .count();
    }

    HopTimes times(Hop hop) {
        return times.get(hop);
    }

    long lost(Hop hop) {
        return lost.get(hop);
    }

    ErrorBudget budget() {
        return budget;
    }

    List<Loss> losses() {
        return List.copyOf(losses);
    }

    long sent() {
        return sent;
    }

    long refused() {
        return refused;
    }

    String lastRefusal() {
        return lastRefusal;
    }

    long duplicates() {
        return duplicates;
    }

    long recovered() {
        return recovered;
    }
}
