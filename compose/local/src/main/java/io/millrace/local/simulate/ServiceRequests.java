package io.millrace.local.simulate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/** Requests that the shop's services answered: most by the first ones, and now and then one of them has a bad time. */
final class ServiceRequests implements Traffic.Source {
    private record Route(String service, String endpoint, int usualMillis) {}

    private static final List<Route> ROUTES = List.of(
            new Route("catalogue", "/products/{id}", 12),
            new Route("catalogue", "/search", 45),
            new Route("cart", "/carts/{id}", 18),
            new Route("checkout", "/orders", 120),
            new Route("checkout", "/orders/{id}", 25),
            new Route("payments", "/authorizations", 240));
    private static final int ONE_INCIDENT_IN = 3_000;

    private final RandomGenerator random;
    private String troubled;
    private int left;

    ServiceRequests(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public String kind() {
        return "ops.requests";
    }

    @Override
    public double share() {
        return 1;
    }

    @Override
    public ObjectNode next(Instant time) {
        Route route = ROUTES.get(Scenery.skewed(random, ROUTES.size()));
        if (left == 0 && random.nextInt(ONE_INCIDENT_IN) == 0) {
            troubled = route.service();
            left = 200 + random.nextInt(400);
        }
        boolean trouble = left > 0 && route.service().equals(troubled);
        left -= left > 0 ? 1 : 0;
        // Most are near the usual, a few take many times as long.
        double millis = route.usualMillis() * Math.exp(random.nextGaussian() * 0.6) * (trouble ? 8 : 1);
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("event_time", time.toString());
        event.put("service", route.service());
        event.put("endpoint", route.endpoint());
        event.put("status", status(trouble));
        event.put("duration_ms", (int) Math.ceil(millis));
        event.put("trace_id", random.nextInt(2) == 0 ? Long.toHexString(random.nextLong()) : null);
        return event;
    }

    private int status(boolean trouble) {
        if (random.nextInt(trouble ? 3 : 200) == 0) {
            return random.nextBoolean() ? 500 : 503;
        }
        return random.nextInt(40) == 0 ? 404 : 200;
    }
}
