package io.millrace.local.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.send.Event;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CrowdTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

    private final ObjectMapper json = new ObjectMapper();
    private final List<Long> buyers = new ArrayList<>();
    private final Crowd crowd = crowd(1, "run");

    @Test
    void whatIsSaidAboutTheEventsIsTrueOfThem() throws IOException {
        Map<String, byte[]> byId = new HashMap<>();
        int repeated = 0;
        int late = 0;
        for (int i = 0; i < 5_000; i++) {
            Event event = crowd.next();
            byte[] before = byId.put(event.id(), event.json());
            if (before != null) {
                repeated++;
                assertThat(event.json()).as("a duplicate is the same event").isEqualTo(before);
                continue;
            }
            Duration age = Duration.between(
                    Instant.parse(json.readTree(event.json()).path("event_time").asText()), NOW);
            assertThat(age).isBetween(Duration.ZERO, Crowd.LATEST);
            late += age.isZero() ? 0 : 1;
        }
        assertThat(crowd.unique()).isEqualTo(byId.size());
        assertThat(crowd.duplicates()).isEqualTo(repeated).isGreaterThan(50);
        assertThat(crowd.late()).isEqualTo(late).isGreaterThan(50);
    }

    @Test
    void customersGoByTheirNumberAndBuy() throws IOException {
        int customers = 0;
        for (int i = 0; i < 5_000; i++) {
            JsonNode event = json.readTree(crowd.next().json());
            assertThat(event.path("site").asText()).isEqualTo("shop");
            assertThat(event.path("page").asText()).startsWith("/");
            customers += event.path("user_id").asText().matches("\\d+") ? 1 : 0;
        }
        assertThat(customers).isBetween(2_500, 4_500);
        assertThat(buyers).isNotEmpty().allSatisfy(buyer -> assertThat(buyer).isBetween(1L, 200L));
    }

    @Test
    void theSameSeedGivesTheSameEventsUnderTheNameOfTheirRun() {
        Crowd other = crowd(1, "run");
        Crowd later = crowd(1, "later");
        for (int i = 0; i < 500; i++) {
            Event event = crowd.next();
            assertThat(other.next().json()).isEqualTo(event.json());
            assertThat(later.next().id()).isEqualTo(event.id().replace("run", "later"));
        }
    }

    private Crowd crowd(long seed, String run) {
        return new Crowd(Clock.fixed(NOW, ZoneOffset.UTC), new Random(seed), run, buyers::add);
    }
}
