package io.millrace.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MirrorTest {
    @Test
    void valuesAreComparedAndNotTheirSpelling() {
        assertThat(Mirror.canonical(new BigDecimal("1.50"))).isEqualTo(Mirror.canonical("1.5"));
        assertThat(Mirror.canonical(7L)).isEqualTo(Mirror.canonical("7"));
        assertThat(Mirror.canonical(Instant.parse("2026-01-02T03:04:05.678900Z")))
                .isEqualTo(Mirror.canonical("2026-01-02T03:04:05.6789Z"))
                .isEqualTo(Mirror.canonical("2026-01-02T04:04:05.678900+01:00"));
        assertThat(Mirror.canonical("plain text")).isEqualTo("plain text");
        assertThat(Mirror.canonical(null)).isNull();
    }

    @Test
    void differentValuesStayDifferent() {
        assertThat(Mirror.canonical("1.50")).isNotEqualTo(Mirror.canonical("1.51"));
        assertThat(Mirror.canonical("2026-01-02T03:04:05Z")).isNotEqualTo(Mirror.canonical("2026-01-02T03:04:05.001Z"));
    }
}
