package io.millrace.spark.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spark.ConfigException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventRangeTest {
    @Test
    void itsStartBelongsToItAndItsEndDoesNot() {
        EventRange day = EventRange.parse("2026-03-01", "2026-03-02T00:00:00Z");
        assertThat(day.contains(millis("2026-03-01T00:00:00Z"))).isTrue();
        assertThat(day.contains(millis("2026-03-01T23:59:59.999Z"))).isTrue();
        assertThat(day.contains(millis("2026-02-28T23:59:59.999Z"))).isFalse();
        assertThat(day.contains(millis("2026-03-02T00:00:00Z"))).isFalse();
    }

    @Test
    void itMayBeOpenOnBothSides() {
        assertThat(EventRange.parse(null, null).isAll()).isTrue();
        assertThat(EventRange.parse(null, "2026-03-02").contains(0)).isTrue();
        assertThat(EventRange.parse("2026-03-02", null).contains(Long.MAX_VALUE))
                .isTrue();
    }

    @Test
    void whatIsNoRangeIsRefusedWithAnExample() {
        assertThatThrownBy(() -> EventRange.parse("yesterday", null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--start")
                .hasMessageContaining("such as 2026-03-01");
        assertThatThrownBy(() -> EventRange.parse("2026-03-02", "2026-03-02"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("must lie before");
    }

    private static long millis(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }
}
