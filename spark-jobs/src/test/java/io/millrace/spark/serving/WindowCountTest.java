package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Catalogue;
import io.millrace.spark.TestCodecs;
import io.millrace.spark.ValueEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WindowCountTest {
    private final RequestsPerMinute perMinute = new RequestsPerMinute();

    @Property(tries = 500)
    void eventsAndDistinctUsersAreExactInWhateverOrderAndParts(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 0, max = 25) Integer> users, @ForAll long seed) {
        List<WindowCount> parts = new ArrayList<>();
        for (int i = 0; i < users.size(); i++) {
            WindowCount one = perMinute.of(Events.at(i, "u" + users.get(i), 1000 + i, i));
            parts.add(States.read(perMinute, States.bytes(one)));
        }
        Random random = new Random(seed);
        while (parts.size() > 1) {
            Collections.shuffle(parts, random);
            parts.add(parts.remove(0).with(parts.remove(0)));
        }
        WindowCount all = States.read(perMinute, States.bytes(parts.get(0)));
        assertThat(all.events()).isEqualTo(users.size());
        assertThat(all.users()).isEqualTo(new HashSet<>(users).size());
        assertThat(all.freshness()).isEqualTo(new Freshness(users.size() - 1, 995, 994 + users.size()));
    }

    @Test
    void keysNameSiteWindowAndCountry() {
        long time = Instant.parse("2015-05-17T10:05:43.999Z").toEpochMilli();
        EnrichedEvent event = Events.at(time, "u", 0, 1);
        assertThat(perMinute.key(event)).isEqualTo("shop|2015-05-17T10:05:00Z|US");
        assertThat(new PageViews().key(event)).isEqualTo("shop|2015-05-17T10:00:00Z|US|/p1");
    }

    @Test
    void aTimeBefore1970FallsIntoTheWindowThatBeginsBeforeIt() {
        assertThat(Window.of(-1, Duration.ofMinutes(1))).isEqualTo(new Window(-60_000, 0));
    }

    @Test
    void aPageWithABarStaysWhole() {
        ValueEncoder encoder = TestCodecs.encoder(
                Catalogue.bundled().require("serving.page_views").requireValue(), 1);
        PageViews pages = new PageViews();
        WindowCount count = pages.of(Events.at(0, "u", 0, 0));
        List<KeyedRows.Upsert> rows = pages.changes("shop|1970-01-01T00:00:00Z|DE|/a|b|c", null, count, 0, encoder);
        assertThat(new String(rows.get(0).value(), java.nio.charset.StandardCharsets.ISO_8859_1))
                .contains("/a|b|c");
    }
}
