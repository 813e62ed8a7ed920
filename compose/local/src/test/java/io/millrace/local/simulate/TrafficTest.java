package io.millrace.local.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.send.Event;
import io.millrace.schemas.Catalogue;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrafficTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    /** A device's clock runs ahead by so much. */
    private static final Duration AHEAD = Duration.ofMinutes(2);

    private final ObjectMapper json = new ObjectMapper();

    static Stream<Function<Random, Traffic.Source>> sources() {
        return Stream.of(Payments::new, ServiceRequests::new, Sensors::new);
    }

    @ParameterizedTest
    @MethodSource("sources")
    void whatIsSaidAboutTheEventsIsTrueOfThem(Function<Random, Traffic.Source> source) throws IOException {
        Traffic traffic = traffic(source, 1, "run");
        Map<String, byte[]> byId = new HashMap<>();
        int repeated = 0;
        int late = 0;
        for (int i = 0; i < 5_000; i++) {
            Event event = traffic.next();
            byte[] before = byId.put(event.id(), event.json());
            if (before != null) {
                repeated++;
                assertThat(event.json()).as("a duplicate is the same event").isEqualTo(before);
                continue;
            }
            Duration age = Duration.between(
                    Instant.parse(json.readTree(event.json()).path("event_time").asText()), NOW);
            assertThat(age).isBetween(AHEAD.negated(), Traffic.LATEST);
            late += age.compareTo(Duration.ofSeconds(1)) > 0 ? 1 : 0;
        }
        assertThat(traffic.unique()).isEqualTo(byId.size());
        assertThat(traffic.duplicates()).isEqualTo(repeated).isGreaterThan(50);
        // A late event of the clock that runs ahead may seem to be in time.
        assertThat(traffic.late()).isBetween((long) late, late + 50L).isGreaterThan(50);
    }

    @ParameterizedTest
    @MethodSource("sources")
    void theSameSeedGivesTheSameEventsUnderTheNameOfTheirRun(Function<Random, Traffic.Source> source) {
        Traffic one = traffic(source, 1, "run");
        Traffic same = traffic(source, 1, "run");
        Traffic later = traffic(source, 1, "later");
        for (int i = 0; i < 500; i++) {
            Event event = one.next();
            assertThat(same.next().json()).isEqualTo(event.json());
            assertThat(later.next().id()).isEqualTo(event.id().replace("run", "later"));
        }
    }

    @ParameterizedTest
    @MethodSource("sources")
    void everyEventHasTheFieldsOfItsContractAndNoOthers(Function<Random, Traffic.Source> source) throws IOException {
        Traffic traffic = traffic(source, 3, "run");
        Schema contract = Catalogue.bundled().require(traffic.kind()).requireValue();
        for (int i = 0; i < 200; i++) {
            JsonNode event = json.readTree(traffic.next().json());
            event.fieldNames()
                    .forEachRemaining(
                            name -> assertThat(contract.getField(name)).as(name).isNotNull());
            for (Schema.Field field : contract.getFields()) {
                boolean filledIn = field.name().equals("received_at");
                assertThat(event.hasNonNull(field.name()) || field.schema().isNullable() || filledIn)
                        .as(field.name())
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sources")
    void eventsFollowTheVisitorsByTheirShare(Function<Random, Traffic.Source> source) {
        Traffic traffic = traffic(source, 4, "run");
        int events = 0;
        for (int i = 0; i < 1_000; i++) {
            events += traffic.beside(2).size();
        }
        assertThat(events).isBetween((int) (2_000 * share(source)) - 1, (int) (2_000 * share(source)) + 1);
    }

    private static double share(Function<Random, Traffic.Source> source) {
        return source.apply(new Random(1)).share();
    }

    private static Traffic traffic(Function<Random, Traffic.Source> source, long seed, String run) {
        return new Traffic(source.apply(new Random(seed)), Clock.fixed(NOW, ZoneOffset.UTC), new Random(seed + 1), run);
    }
}
