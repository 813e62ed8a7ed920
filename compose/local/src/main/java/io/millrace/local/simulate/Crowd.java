package io.millrace.local.simulate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.send.Event;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/**
 * The visitors who are in the shop at the moment, and the events that they cause: most of them now, some that arrive late,
 * some that arrive twice. Not safe for use by several threads.
 */
final class Crowd {
    static final String SITE = "shop";
    static final Duration LATEST = Duration.ofMinutes(20);

    private static final int VISITORS = 60;
    private static final int CUSTOMERS = 200;
    /** Of so many events, one arrives late and one arrives twice. */
    private static final int ONE_IN = 40;

    private static final int REMEMBERED = 200;

    private final ObjectMapper json = new ObjectMapper();
    private final Clock clock;
    private final RandomGenerator random;
    private final String run;
    private final LongConsumer purchases;
    private final List<Visitor> visitors = new ArrayList<>();
    private final List<Event> recent = new ArrayList<>();
    private long number;
    private long visits;
    private long late;
    private long duplicates;

    /**
     * @param run tells the events of this run from those of others
     * @param purchases hears the number of every customer who buys something
     */
    Crowd(Clock clock, RandomGenerator random, String run, LongConsumer purchases) {
        this.clock = clock;
        this.random = random;
        this.run = run;
        this.purchases = purchases;
    }

    /** The next event; now and then one that was there before. */
    Event next() {
        if (!recent.isEmpty() && random.nextInt(ONE_IN) == 0) {
            duplicates++;
            return recent.get(random.nextInt(recent.size()));
        }
        Event event = fresh();
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

    long visits() {
        return visits;
    }

    /** Events so far that happened a minute or more before they were sent. */
    long late() {
        return late;
    }

    /** Repeated events so far. */
    long duplicates() {
        return duplicates;
    }

    private Event fresh() {
        while (visitors.size() < VISITORS) {
            visitors.add(arrival());
        }
        int index = random.nextInt(visitors.size());
        Visitor visitor = visitors.get(index);
        Visitor.Step step = visitor.next();
        if (visitor.isGone()) {
            visitors.set(index, arrival());
        }
        if (step.type().equals("purchase")) {
            visitor.customer().ifPresent(purchases);
        }
        number++;
        ObjectNode event = json.createObjectNode();
        event.put("event_id", run + "-" + number);
        event.put("event_time", time().toString());
        event.put("site", SITE);
        event.put("event_type", step.type());
        event.put("user_id", visitor.userId());
        event.put("page", step.page());
        event.put("method", step.type().equals("page_view") || step.type().equals("search") ? "GET" : "POST");
        event.put("status", step.status());
        event.put("bytes", 800 + random.nextInt(30_000));
        event.put("referrer", step.before() == null ? null : "https://shop.example.com" + step.before());
        event.put("user_agent", visitor.userAgent());
        event.put("address", visitor.address());
        return Event.of(number, event);
    }

    private Instant time() {
        Instant now = clock.instant();
        if (random.nextInt(ONE_IN) != 0) {
            return now;
        }
        late++;
        return now.minusSeconds(60 + random.nextLong(LATEST.toSeconds() - 60));
    }

    private Visitor arrival() {
        visits++;
        if (random.nextInt(3) == 0) {
            return new Visitor("visitor-" + run + "-" + visits, OptionalLong.empty(), random);
        }
        long customer = 1 + random.nextInt(CUSTOMERS);
        return new Visitor(Long.toString(customer), OptionalLong.of(customer), random);
    }
}
