package io.millrace.local.simulate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.send.Event;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Events of one kind besides those of visitors: most of them now, some late, some twice. Not safe for use by several
 * threads.
 */
final class Traffic {
    /** How late the latest ones are. */
    static final Duration LATEST = Duration.ofMinutes(5);
    /** Of so many events, one arrives late and one arrives twice. */
    private static final int ONE_IN = 50;

    private static final int REMEMBERED = 200;

    /** Makes up what happens next. */
    interface Source {
        /** The event kind. */
        String kind();

        /** Events for every event of a visitor. */
        double share();

        /** What happens at this time, without an identity; the time may be changed, as by a wrong clock. */
        ObjectNode next(Instant time);
    }

    private final Source source;
    private final Clock clock;
    private final RandomGenerator random;
    private final String run;
    private final List<Event> recent = new ArrayList<>();
    private double owed;
    private long number;
    private long late;
    private long duplicates;

    /**
     * @param random for what is late or comes twice
     * @param run tells the events of this run from those of others
     */
    Traffic(Source source, Clock clock, RandomGenerator random, String run) {
        this.source = source;
        this.clock = clock;
        this.random = random;
        this.run = run;
    }

    String kind() {
        return source.kind();
    }

    /** What happens beside so many events of visitors. */
    List<Event> beside(int visitors) {
        owed += visitors * source.share();
        List<Event> events = new ArrayList<>();
        for (; owed >= 1; owed--) {
            events.add(next());
        }
        return events;
    }

    /** The next event; now and then one that was there before. */
    Event next() {
        if (!recent.isEmpty() && random.nextInt(ONE_IN) == 0) {
            duplicates++;
            return recent.get(random.nextInt(recent.size()));
        }
        number++;
        Instant now = clock.instant();
        if (random.nextInt(ONE_IN) == 0) {
            late++;
            now = now.minusSeconds(60 + random.nextLong(LATEST.toSeconds() - 60));
        }
        ObjectNode object = source.next(now);
        object.put("event_id", run + "-" + source.kind() + "-" + number);
        Event event = Event.of(number, object);
        if (recent.size() < REMEMBERED) {
            recent.add(event);
        } else {
            recent.set(random.nextInt(REMEMBERED), event);
        }
        return event;
    }

    /** Events with an identity of their own so far. */
    long unique() {
        return number;
    }

    /** Events so far that happened a minute or more before they were sent. */
    long late() {
        return late;
    }

    /** Repeated events so far. */
    long duplicates() {
        return duplicates;
    }
}
