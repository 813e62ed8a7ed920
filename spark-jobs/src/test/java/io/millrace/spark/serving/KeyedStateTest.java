package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spark.TestCodecs;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.TestGroupState;
import org.junit.jupiter.api.Test;

class KeyedStateTest {
    private static final long GAP = Duration.ofMinutes(30).toMillis();
    private static final long TTL = Duration.ofHours(24).toMillis();
    private static final long DELAY = AggregateJob.WATERMARK_DELAY.toMillis();
    private static final long NOW = Duration.ofDays(20_000).toMillis();

    private final KeyedState<SessionList> sessions = new KeyedState<>(
            TestCodecs.encoding(Map.of("serving.sessions", 1)),
            new Sessionization(Duration.ofMillis(GAP), Duration.ofDays(1)),
            Duration.ofMillis(TTL),
            AggregateJob.WATERMARK_DELAY,
            java.util.Optional.empty());

    @Test
    void anEventFromLongAgoCountsLikeAnyOther() {
        TestGroupState<byte[]> state = state(null, NOW, false);
        List<Row> rows = call(state, partial(Events.at(1_431_857_103_000L, "u", NOW, 1), NOW));
        assertThat(rows).hasSize(1);
        assertThat(state.exists()).isTrue();
    }

    @Test
    void theOpenSessionIsClosedWhenNothingCameForTheGap() {
        TestGroupState<byte[]> first = state(null, NOW, false);
        call(first, partial(Events.at(5, "u", NOW, 1), NOW));
        assertThat(first.getTimeoutTimestampMs()).isEqualTo(Optional.of(NOW + GAP - DELAY));

        TestGroupState<byte[]> later = state(first.get(), NOW + GAP, true);
        assertThat(call(later)).hasSize(1);
        assertThat(later.exists()).isTrue();
        assertThat(later.getTimeoutTimestampMs()).isEqualTo(Optional.of(NOW + TTL - DELAY));
    }

    @Test
    void stateIsForgottenAfterTheTimeToLiveAndNotBefore() {
        TestGroupState<byte[]> first = state(null, NOW, false);
        call(first, partial(Events.at(5, "u", NOW, 1), NOW));
        TestGroupState<byte[]> closed = state(first.get(), NOW + GAP, true);
        call(closed);
        TestGroupState<byte[]> justBefore = state(closed.get(), NOW + TTL - 1, true);
        call(justBefore);
        assertThat(justBefore.exists()).isTrue();
        TestGroupState<byte[]> expired = state(closed.get(), NOW + TTL, true);
        assertThat(call(expired)).as("a closed session has nothing more to say").isEmpty();
        assertThat(expired.isRemoved()).isTrue();
    }

    @Test
    void theOrderOfPartialsDoesNotMatter() {
        List<Row> partials = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            partials.add(partial(Events.at((i * 7 % 20) * GAP / 3, "u", NOW, i), NOW));
        }
        TestGroupState<byte[]> forth = state(null, NOW, false);
        List<Row> shown = call(forth, partials.toArray(Row[]::new));
        Collections.reverse(partials);
        TestGroupState<byte[]> back = state(null, NOW, false);
        List<Row> shownBack = call(back, partials.toArray(Row[]::new));
        assertThat(back.get()).isEqualTo(forth.get());
        assertThat(texts(shownBack)).isEqualTo(texts(shown));
    }

    @Test
    void aClockThatWasSetBackDoesNotStopTheJob() {
        TestGroupState<byte[]> state = state(null, NOW + 2 * TTL + DELAY, false);
        call(state, partial(Events.at(5, "u", NOW, 1), NOW));
        assertThat(state.exists()).isTrue();
    }

    private List<Row> call(TestGroupState<byte[]> state, Row... partials) {
        List<Row> rows = new ArrayList<>();
        sessions.call("shop|u", List.of(partials).iterator(), state).forEachRemaining(rows::add);
        return rows;
    }

    private static List<String> texts(List<Row> rows) {
        return rows.stream()
                .map(row -> row.getString(0)
                        + new String(row.<byte[]>getAs(1), java.nio.charset.StandardCharsets.ISO_8859_1))
                .toList();
    }

    private static Row partial(EnrichedEvent event, long arrival) {
        return RowFactory.create(
                "shop|u",
                new Timestamp(arrival),
                States.bytes(SessionList.of(event, new SessionList.Limits(GAP, TTL))));
    }

    /** As Spark gives it in a batch at this time. */
    private static TestGroupState<byte[]> state(byte[] before, long now, boolean timedOut) {
        return TestGroupState.create(
                Optional.ofNullable(before),
                GroupStateTimeout.EventTimeTimeout(),
                now,
                Optional.of(now - DELAY),
                timedOut);
    }
}
