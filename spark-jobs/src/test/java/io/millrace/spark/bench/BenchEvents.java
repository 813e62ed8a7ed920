package io.millrace.spark.bench;

import java.util.SplittableRandom;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * Events of a shop's visitors and of cards: same number, same event. Visitors come, look at about ten pages and leave; some
 * pages are looked at more than others; events come up to a minute late and out of order.
 */
final class BenchEvents {
    /** 2026-03-01T08:00:00Z, in the middle of a day, so that no session is cut at midnight. */
    static final long BEGIN = 1_772_352_000_000L;

    private static final int ACTIVE = 5_000;
    private static final int USERS = 400_000;
    private static final String[] SITES = {"shop", "blog", "help"};
    private static final String[] TYPES = {"page_view", "page_view", "page_view", "search", "add_to_cart", "purchase"};
    private static final String[] COUNTRIES = {"DE", "US", "FR", "JP", "BR", "IN", "GB", "PL"};
    private static final String[] AGENTS = {
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2"
                + " Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:121.0) Gecko/20100101 Firefox/121.0",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    };

    private final double millisBetween;
    private final int[] visitors = new int[ACTIVE];
    private final SplittableRandom random = new SplittableRandom(7);

    /** @param perSecond how many happen in a second of event time */
    BenchEvents(double perSecond) {
        millisBetween = 1_000 / perSecond;
        for (int i = 0; i < ACTIVE; i++) {
            visitors[i] = random.nextInt(USERS);
        }
    }

    /** Numbers have to be asked for in order, from 0. */
    GenericRecord web(Schema schema, long number) {
        long time = time(number);
        int slot = random.nextInt(ACTIVE);
        int user = visitors[slot];
        if (random.nextInt(10) == 0) {
            visitors[slot] = random.nextInt(USERS);
        }
        GenericRecord event = new GenericData.Record(schema);
        event.put("event_id", "0f8c-" + Long.toHexString(number * 0x9E3779B97F4A7C15L) + "-" + number);
        event.put("event_time", time);
        event.put("received_at", time + random.nextInt(2_000));
        event.put("site", SITES[user % SITES.length]);
        event.put("event_type", TYPES[random.nextInt(TYPES.length)]);
        event.put("user_id", "u" + user);
        // Some pages are looked at far more often than others.
        event.put("page", "/products/" + (int) (2_000 * Math.pow(random.nextDouble(), 3)));
        event.put("method", "GET");
        event.put("status", random.nextInt(50) == 0 ? 500 + random.nextInt(4) : random.nextInt(20) == 0 ? 404 : 200);
        event.put("bytes", (long) random.nextInt(60_000));
        event.put("referrer", random.nextInt(3) == 0 ? "https://www.example.org/search?q=shoes" : null);
        event.put("user_agent", AGENTS[user % AGENTS.length]);
        event.put("address", (user >> 16 & 63) + 20 + "." + (user >> 8 & 255) + "." + (user & 255) + ".9");
        return event;
    }

    /** The same as enrichment leaves it. */
    GenericRecord enriched(Schema schema, long number) {
        GenericRecord event = web(schema, number);
        int user = Integer.parseInt(event.get("user_id").toString().substring(1));
        event.put("country", COUNTRIES[user % COUNTRIES.length]);
        event.put("region", "R" + user % 16);
        event.put("city", "City " + user % 100);
        event.put("device", user % 3 == 0 ? "phone" : "desktop");
        event.put("browser", "Chrome");
        event.put("bot", false);
        event.put("referrer_class", "search");
        event.put("source_topic", "web.events");
        event.put("source_partition", 0);
        event.put("source_offset", number);
        event.put("enriched_at", event.get("received_at"));
        return event;
    }

    GenericRecord payment(Schema schema, long number) {
        long time = time(number);
        GenericRecord payment = new GenericData.Record(schema);
        payment.put("event_id", "p-" + Long.toHexString(number * 0x9E3779B97F4A7C15L));
        payment.put("event_time", time);
        payment.put("received_at", time + random.nextInt(2_000));
        payment.put("card_id", "card-" + (int) (100_000 * Math.pow(random.nextDouble(), 2)));
        payment.put("merchant_id", "m" + random.nextInt(3_000));
        payment.put("amount", (long) random.nextInt(20_000));
        payment.put("currency", "EUR");
        payment.put("country", "DE");
        payment.put("approved", random.nextInt(12) != 0);
        return payment;
    }

    /** States of sessions, three for each on the average. */
    GenericRecord session(Schema schema, long number) {
        long session = Math.max(0, number / 3 - random.nextInt(20_000));
        long time = time(session * 3);
        GenericRecord state = new GenericData.Record(schema);
        state.put("session_id", "0f8c-" + Long.toHexString(session * 0x9E3779B97F4A7C15L));
        state.put("site", SITES[(int) (session % SITES.length)]);
        state.put("user_id", "u" + session % USERS);
        state.put("started_at", time);
        state.put("last_event_at", time + number % 600_000);
        state.put("duration_ms", number % 600_000);
        state.put("events", 1 + number % 12);
        state.put("entry_page", "/products/" + session % 2_000);
        state.put("exit_page", "/products/" + number % 2_000);
        state.put("country", COUNTRIES[(int) (session % COUNTRIES.length)]);
        state.put("device", "phone");
        state.put("closed", number % 3 == 0);
        state.put("updated_at", time + number % 600_000);
        state.put("newest_event_time", time + number % 600_000);
        state.put("oldest_received_at", time);
        state.put("newest_received_at", time + number % 600_000);
        state.put("page_views", number % 8);
        state.put("searches", number % 3);
        state.put("cart_additions", number % 2);
        state.put("purchases", number % 2);
        state.put("converted", number % 2 == 1);
        return state;
    }

    private long time(long number) {
        int late = random.nextInt(100) == 0 ? random.nextInt(60_000) : random.nextInt(2_000);
        return BEGIN + (long) (number * millisBetween) - late;
    }
}
