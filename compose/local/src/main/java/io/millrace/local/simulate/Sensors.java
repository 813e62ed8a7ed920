package io.millrace.local.simulate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Readings of the machines in the shop's halls: a few report more often than others, one has a clock that runs ahead. */
final class Sensors implements Traffic.Source {
    private record Metric(String name, double usual, double noise) {}

    private static final List<Metric> METRICS = List.of(
            new Metric("temperature", 21, 0.4), new Metric("vibration", 3, 0.2), new Metric("pressure", 950, 6));
    private static final int DEVICES = 12;
    private static final int AHEAD = 5;
    private static final long AHEAD_SECONDS = 120;
    private static final int ONE_OUTLIER_IN = 600;

    private final RandomGenerator random;

    Sensors(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public String kind() {
        return "iot.readings";
    }

    @Override
    public double share() {
        return 0.5;
    }

    @Override
    public ObjectNode next(Instant time) {
        int device = Scenery.skewed(random, DEVICES);
        Metric metric = METRICS.get(random.nextInt(METRICS.size()));
        // Half a noise up and down over an hour, so that what is usual moves slowly.
        double drift = Math.sin(time.getEpochSecond() / 3600.0 * 2 * Math.PI) * metric.noise() / 2;
        double value = metric.usual() + device * metric.noise() + drift + random.nextGaussian() * metric.noise();
        if (random.nextInt(ONE_OUTLIER_IN) == 0) {
            value += metric.noise() * 25;
        }
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("event_time", (device == AHEAD ? time.plusSeconds(AHEAD_SECONDS) : time).toString());
        event.put("device", String.format(Locale.ROOT, "pump-%02d", device));
        event.put("metric", metric.name());
        event.put("value", Math.round(value * 1000) / 1000.0);
        return event;
    }
}
