package io.millrace.local.simulate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Attempts to pay by card: a few cards are used much, and now and then a stolen one at many merchants in a row. */
final class Payments implements Traffic.Source {
    private static final int CARDS = 500;
    private static final int MERCHANTS = 80;
    private static final int ONE_THEFT_IN = 300;
    private static final List<String> COUNTRIES = List.of("DE", "FR", "NL", "GB", "US");

    private final RandomGenerator random;
    private String stolen;
    private int left;

    Payments(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public String kind() {
        return "payments.authorizations";
    }

    @Override
    public double share() {
        return 0.2;
    }

    @Override
    public ObjectNode next(Instant time) {
        if (left == 0 && random.nextInt(ONE_THEFT_IN) == 0) {
            stolen = card(random.nextInt(CARDS));
            left = 8 + random.nextInt(8);
        }
        boolean theft = left > 0 && random.nextInt(3) > 0;
        left -= theft ? 1 : 0;
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("event_time", time.toString());
        event.put("card_id", theft ? stolen : card(Scenery.skewed(random, CARDS)));
        event.put("merchant_id", "merchant-" + (theft ? random.nextInt(MERCHANTS) : Scenery.skewed(random, MERCHANTS)));
        event.put("amount", theft ? 20_000 + random.nextInt(60_000) : 200 + Scenery.skewed(random, 20_000));
        event.put("currency", "EUR");
        event.put("country", COUNTRIES.get(Scenery.skewed(random, COUNTRIES.size())));
        event.put("approved", random.nextInt(theft ? 2 : 25) != 0);
        return event;
    }

    private static String card(int number) {
        return String.format(Locale.ROOT, "card-%04d", number);
    }
}
