package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Catalogue;
import io.millrace.spark.Decoded;
import io.millrace.spark.TestCodecs;
import io.millrace.spark.ValueEncoder;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

class SessionListTest {
    private static final long GAP = 30;
    private static final String KEY = "shop|u";

    private static final long MAXIMUM = 200;
    private static final SessionList.Limits LIMITS = new SessionList.Limits(GAP, MAXIMUM);
    /** As long as everything that the tests send. */
    private static final SessionList.Limits UNCUT = new SessionList.Limits(GAP, 1_000_000);

    private final Sessionization sessionization = sessionization(UNCUT);
    private final ValueEncoder encoder =
            TestCodecs.encoder(Catalogue.bundled().require("serving.sessions").requireValue(), 1);

    private static Sessionization sessionization(SessionList.Limits limits) {
        return new Sessionization(Duration.ofMillis(limits.gap()), Duration.ofMillis(limits.maximum()));
    }

    /** What a session is, as simply as it can be said: sort, and cut where the silence is long enough. */
    private record Plain(long start, long end, long events) {}

    /** The same, and runs that are too long are cut where a multiple of the maximum lies. */
    private static List<Plain> cutOracle(List<Long> times) {
        List<Plain> sessions = new ArrayList<>();
        for (Plain run : oracle(times)) {
            if (run.end() - run.start() <= MAXIMUM) {
                sessions.add(run);
                continue;
            }
            times.stream()
                    .filter(time -> run.start() <= time && time <= run.end())
                    .collect(Collectors.groupingBy(
                            time -> Math.floorDiv(time, MAXIMUM), TreeMap::new, Collectors.toList()))
                    .values()
                    .forEach(
                            cell -> sessions.add(new Plain(Collections.min(cell), Collections.max(cell), cell.size())));
        }
        return sessions;
    }

    private static List<Plain> oracle(List<Long> times) {
        List<Plain> sessions = new ArrayList<>();
        for (long time : times.stream().sorted().toList()) {
            Plain last = sessions.isEmpty() ? null : sessions.get(sessions.size() - 1);
            if (last == null || time - last.end() >= GAP) {
                sessions.add(new Plain(time, time, 1));
            } else {
                sessions.set(sessions.size() - 1, new Plain(last.start(), time, last.events() + 1));
            }
        }
        return sessions;
    }

    private static List<Plain> plain(SessionList sessions) {
        return sessions.sessions().stream()
                .map(each -> new Plain(each.first().time(), each.last().time(), each.events()))
                .toList();
    }

    @Property(tries = 2000)
    void sessionsEqualTheOraclesInWhateverOrderEventsCome(
            @ForAll @Size(min = 1, max = 40) List<@LongRange(min = -100, max = 600) Long> times) {
        SessionList sessions = null;
        for (int i = 0; i < times.size(); i++) {
            SessionList one = SessionList.of(Events.at(times.get(i), "u", i, i), UNCUT);
            sessions = sessions == null ? one : sessions.with(one);
        }
        assertThat(plain(sessions)).isEqualTo(oracle(times));
        assertThat(plain(States.read(sessionization, States.bytes(sessions)))).isEqualTo(oracle(times));
    }

    @Property(tries = 600)
    void noSessionIsLongerThanTheMaximumInWhateverOrderEventsCome(
            @ForAll @Size(min = 1, max = 60) List<@LongRange(min = -300, max = 900) Long> times,
            @ForAll @IntRange(min = 1, max = 7) int batchSize) {
        Sessionization cutting = sessionization(LIMITS);
        Map<String, Plain> shown = new HashMap<>();
        SessionList state = null;
        for (int from = 0; from < times.size(); from += batchSize) {
            int to = Math.min(times.size(), from + batchSize);
            SessionList before = state == null ? null : States.read(cutting, States.bytes(state));
            SessionList batch = merged(times, from, to, LIMITS);
            state = state == null ? batch : state.with(batch);
            for (KeyedRows.Upsert change : cutting.changes(KEY, before, state, from, encoder)) {
                if (change.value() == null) {
                    assertThat(shown.remove(change.key()))
                            .as("a tombstone only for what was shown")
                            .isNotNull();
                } else {
                    shown.put(change.key(), plain(change.value()));
                }
            }
            state = States.read(cutting, States.bytes(state));
        }
        assertThat(plain(state)).isEqualTo(cutOracle(times)).allMatch(each -> each.end() - each.start() <= MAXIMUM);
        assertThat(shown.values()).containsExactlyInAnyOrderElementsOf(cutOracle(times));
    }

    private Plain plain(byte[] value) {
        GenericRecord row = ((Decoded.Value)
                        TestCodecs.decoder(Map.of(1, encoder.schema()), null).decode(value))
                .record();
        return new Plain((long) row.get("started_at"), (long) row.get("last_event_at"), (long) row.get("events"));
    }

    @Test
    void whatWasDoneIsCountedByItsType() {
        SessionList sessions = merged(List.of(0L, 1L, 2L, 3L, 4L, 5L), 0, 6);
        byte[] value = sessionization
                .changes(KEY, null, States.read(sessionization, States.bytes(sessions)), 9, encoder)
                .get(0)
                .value();
        GenericRecord row = ((Decoded.Value)
                        TestCodecs.decoder(Map.of(1, encoder.schema()), null).decode(value))
                .record();
        assertThat(row.get("events")).isEqualTo(6L);
        assertThat(row.get("page_views")).isEqualTo(2L);
        assertThat(row.get("searches")).isEqualTo(1L);
        assertThat(row.get("cart_additions")).isEqualTo(1L);
        assertThat(row.get("purchases")).isEqualTo(1L);
        assertThat(row.get("converted")).isEqualTo(true);
    }

    @Test
    void sessionsThatWereKeptBeforeAnythingWasCountedAreReadOn() throws IOException {
        Session old = Session.of(Events.at(100, "u", 1, 0));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(1);
        old.origin().write(out);
        old.first().write(out);
        old.last().write(out);
        out.writeLong(7);
        old.freshness().write(out);
        out.writeLong(1);
        out.writeBoolean(true);
        SessionList read = States.read(sessionization, bytes.toByteArray());
        assertThat(read.sessions()).singleElement().satisfies(session -> {
            assertThat(session.events()).isEqualTo(7);
            assertThat(session.actions()).isEqualTo(Actions.NONE);
            assertThat(session.closed()).isTrue();
        });
    }

    @Property(tries = 1000)
    void howEventsAreCutIntoPartsDoesNotMatter(
            @ForAll @Size(min = 2, max = 30) List<@LongRange(min = 0, max = 500) Long> times,
            @ForAll @IntRange(min = 1, max = 29) int cut) {
        int half = Math.min(cut, times.size() - 1);
        SessionList whole = merged(times, 0, times.size());
        SessionList forth = merged(times, 0, half).with(merged(times, half, times.size()));
        SessionList back = merged(times, half, times.size()).with(merged(times, 0, half));
        assertThat(forth.sessions()).isEqualTo(whole.sessions());
        assertThat(back.sessions()).isEqualTo(whole.sessions());
    }

    @Property(tries = 1000)
    void whatReadersHaveSeenAddsUpToTheOracle(
            @ForAll @Size(min = 1, max = 30) List<@LongRange(min = 0, max = 500) Long> times,
            @ForAll @IntRange(min = 1, max = 5) int batchSize) {
        Set<String> shown = new HashSet<>();
        SessionList state = null;
        for (int from = 0; from < times.size(); from += batchSize) {
            int to = Math.min(times.size(), from + batchSize);
            SessionList before = state == null ? null : States.read(sessionization, States.bytes(state));
            SessionList batch = merged(times, from, to);
            state = state == null ? batch : state.with(batch);
            for (KeyedRows.Upsert change : sessionization.changes(KEY, before, state, from, encoder)) {
                if (change.value() == null) {
                    assertThat(shown.remove(change.key()))
                            .as("a tombstone only for what was shown")
                            .isTrue();
                } else {
                    shown.add(change.key());
                }
            }
            state = States.read(sessionization, States.bytes(state));
        }
        assertThat(shown).isEqualTo(state.sessions().stream().map(Session::id).collect(Collectors.toSet()));
        assertThat(plain(state)).isEqualTo(oracle(times));
    }

    @Test
    void aSilenceOfExactlyTheGapEndsASession() {
        assertThat(merged(List.of(0L, GAP), 0, 2).sessions()).hasSize(2);
        assertThat(merged(List.of(0L, GAP - 1), 0, 2).sessions()).hasSize(1);
    }

    @Test
    void anEarlierEventMovesTheStartAndKeepsTheId() {
        SessionList sessions = merged(List.of(100L, 90L), 0, 2);
        assertThat(sessions.sessions()).singleElement().satisfies(session -> {
            assertThat(session.id()).isEqualTo("e0");
            assertThat(session.first().time()).isEqualTo(90);
            assertThat(session.first().page()).isEqualTo("/p1");
        });
    }

    @Test
    void aJoiningEventKeepsTheFirstIdAndBuriesTheOther() {
        SessionList before = merged(List.of(100L, 140L), 0, 2);
        SessionList after = merged(List.of(100L, 140L, 120L), 0, 3);
        List<KeyedRows.Upsert> changes = sessionization.changes(KEY, before, after, 7, encoder);
        assertThat(changes).extracting(KeyedRows.Upsert::key).containsExactly("e0", "e1");
        assertThat(changes.get(0).value()).isNotNull();
        assertThat(changes.get(1).value()).isNull();
    }

    @Test
    void onlyTheNewestSessionStaysOpenAndOnlyUntilNothingComesForTheGap() {
        SessionList sessions = merged(List.of(0L, 100L), 0, 2);
        sessions.close(1);
        assertThat(sessions.sessions()).extracting(Session::closed).containsExactly(true, false);
        assertThat(sessionization.wakeUp(sessions)).hasValue(1 + GAP);
        sessions.close(1 + GAP);
        assertThat(sessions.sessions()).extracting(Session::closed).containsExactly(true, true);
        assertThat(sessionization.wakeUp(sessions)).isEmpty();
    }

    @Test
    void anUntouchedSessionIsNotShownAgain() {
        SessionList before = merged(List.of(0L, 100L), 0, 2);
        before.close(1);
        SessionList after =
                States.read(sessionization, States.bytes(before)).with(merged(List.of(0L, 100L, 101L), 2, 3));
        assertThat(sessionization.changes(KEY, before, after, 2, encoder))
                .extracting(KeyedRows.Upsert::key)
                .containsExactly("e1");
    }

    private static SessionList merged(List<Long> times, int from, int to) {
        return merged(times, from, to, UNCUT);
    }

    private static SessionList merged(List<Long> times, int from, int to, SessionList.Limits limits) {
        return LongStream.range(from, to)
                .mapToObj(i -> SessionList.of(Events.at(times.get((int) i), "u", i, i), limits))
                .reduce(SessionList::with)
                .orElseThrow();
    }
}
