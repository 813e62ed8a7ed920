package io.millrace.spark.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spark.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunPlanTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);
    private static final EventRange DAY = EventRange.parse("2026-03-01", "2026-03-02");

    @TempDir
    private Path folder;

    @Test
    void aRunThatIsTriedAgainReadsWhatItReadTheFirstTime() throws IOException {
        TopicRange first = new TopicRange(Map.of(0, 5L, 1, 0L), Map.of(0, 100L, 1, 7L));
        RunPlan plan = plan("nightly", DAY, "load 1", NOON);
        assertThat(plan.range("web.events", () -> first)).isEqualTo(first);

        RunPlan again = plan("nightly", DAY, "load 1", Clock.offset(NOON, Duration.ofHours(3)));
        TopicRange later = new TopicRange(Map.of(0, 5L, 1, 0L), Map.of(0, 900L, 1, 900L));
        assertThat(again.at()).isEqualTo(plan.at());
        assertThat(again.range("web.events", () -> later)).isEqualTo(first);
        assertThat(plan("other", DAY, "load 1", NOON).range("web.events", () -> later))
                .isEqualTo(later);
    }

    @Test
    void aTopicThatWasNotThereIsNotReadWhenTheRunIsTriedAgain() throws IOException {
        TopicRange later = new TopicRange(Map.of(0, 0L), Map.of(0, 9L));
        plan("nightly", DAY, "load 1", NOON).range("new.events", () -> TopicRange.NOTHING);
        TopicRange again = plan("nightly", DAY, "load 1", NOON).range("new.events", () -> later);
        assertThat(again).isEqualTo(TopicRange.NOTHING);
        assertThatThrownBy(() -> again.require("new.events")).hasMessage("there is no topic new.events");
    }

    @Test
    void anIdThatMeantSomethingElseIsRefused() throws IOException {
        plan("nightly", DAY, "load 1", NOON);
        assertThatThrownBy(() -> plan("nightly", EventRange.ALL, "load 1", NOON))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("run nightly had start 2026-03-01T00:00:00Z");
        assertThatThrownBy(() -> plan("nightly", DAY, "load 2", NOON))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("choose another --run-id");
    }

    private RunPlan plan(String runId, EventRange range, String definition, Clock clock) throws IOException {
        return RunPlan.of(new LocalFiles(folder), runId, range, definition, clock);
    }
}
