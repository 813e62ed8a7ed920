package io.millrace.local.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ProbeBookTest {
    private final ManualClock clock = new ManualClock();
    private final ProbeBook book = new ProbeBook("p", "1", List.of("http", "mqtt"), clock);

    @Test
    void whatWasSentBeforeTheFirstThatCameThroughIsNotLost() {
        sent("http");
        sent("http");
        through(sent("http"));
        clock.forward(Duration.ofSeconds(6));
        book.tick();
        assertThat(book.losses()).isEmpty();
        assertThat(book.sum(SourceBook::open)).isZero();
    }

    @Test
    void aProbeThatALaterOneHasPassedIsLostFiveSecondsAfterThatAndNotBefore() {
        through(sent("http"));
        Ping first = sent("http");
        Ping second = sent("http");
        seen(second, Hop.KAFKA);
        clock.forward(Duration.ofMillis(4_900));
        book.tick();
        assertThat(book.losses()).isEmpty();
        clock.forward(Duration.ofMillis(200));
        book.tick();
        book.tick();
        assertThat(book.losses()).hasSize(1);
        assertThat(book.losses().get(0).sequence()).isEqualTo(first.sequence());
        assertThat(book.losses().get(0).hop()).isEqualTo(Hop.KAFKA);
    }

    @Test
    void nothingIsLostWhileNothingComesThroughButItIsLate() {
        through(sent("http"));
        for (int i = 0; i < 60; i++) {
            sent("http");
            clock.forward(Duration.ofSeconds(1));
            book.tick();
        }
        assertThat(book.losses()).isEmpty();
        assertThat(book.sum(source -> source.budget().bad())).isBetween(28L, 30L);
        assertThat(book.each((name, source) -> source.budget().burn(clock.instant(), Duration.ofMinutes(5)))
                        .get(0))
                .isGreaterThan(90);
    }

    @Test
    void aProbeThatComesAfterItWasToldToBeLostIsCountedAsRecovered() {
        through(sent("http"));
        Ping first = sent("http");
        seen(sent("http"), Hop.KAFKA);
        clock.forward(Duration.ofSeconds(6));
        book.tick();
        seen(first, Hop.KAFKA);
        assertThat(book.sum(SourceBook::recovered)).isEqualTo(1);
        assertThat(book.losses()).hasSize(1);
    }

    @Test
    void whatNobodyAcceptedIsNotLostButLate() {
        through(sent("http"));
        Ping refused = book.next("http");
        book.refused(refused, "503");
        through(sent("http"));
        clock.forward(Duration.ofSeconds(60));
        book.tick();
        assertThat(book.losses()).isEmpty();
        assertThat(book.sum(SourceBook::refused)).isEqualTo(1);
        assertThat(book.sum(source -> source.budget().bad())).isEqualTo(1);
        assertThat(book.sum(source -> source.budget().good())).isEqualTo(2);
    }

    @Test
    void aSourceThatNothingHasEverComeThroughUsesUpNoBudget() {
        for (int i = 0; i < 40; i++) {
            book.refused(book.next("mqtt"), "no broker yet");
            clock.forward(Duration.ofSeconds(1));
            book.tick();
        }
        assertThat(book.sum(source -> source.budget().bad())).isZero();
    }

    @Test
    void twiceInATopicIsADuplicateAndTwiceInTheJobsRowsIsNot() {
        Ping ping = sent("http");
        seen(ping, Hop.KAFKA);
        seen(ping, Hop.KAFKA);
        seen(ping, Hop.SPARK);
        seen(ping, Hop.SPARK);
        assertThat(book.sum(SourceBook::duplicates)).isEqualTo(1);
    }

    @Test
    void aProbeInOneStoreOnlyIsLostAtTheOther() {
        Ping first = sent("http");
        seen(first, Hop.KAFKA);
        seen(first, Hop.SPARK);
        seen(first, Hop.ELASTICSEARCH);
        through(sent("http"));
        clock.forward(Duration.ofSeconds(6));
        book.tick();
        assertThat(book.losses()).extracting(Loss::hop).containsExactly(Hop.REDIS);
    }

    @Test
    void probesOfOthersAndOfAnEarlierRunAreNobodysBusiness() {
        sent("http");
        book.seen("p", "0", "http", 0, Hop.KAFKA);
        book.seen("other", "1", "http", 0, Hop.KAFKA);
        book.seen("p", "1", "smoke signals", 0, Hop.KAFKA);
        assertThat(book.each((name, source) -> source.times(Hop.KAFKA).count())).containsExactly(0L, 0L);
    }

    /** Whichever probes vanish, exactly those are told: the last ones are covered by one more that comes through. */
    @Property(tries = 200)
    void exactlyTheProbesThatVanishedAreTold(
            @ForAll @Size(max = 15) Set<@IntRange(min = 1, max = 49) Integer> vanished, @ForAll Hop where) {
        ManualClock time = new ManualClock();
        ProbeBook property = new ProbeBook("p", "1", List.of("http"), time);
        for (int i = 0; i <= 50; i++) {
            Ping ping = property.next("http");
            property.seen(ping, Hop.ACCEPTED);
            for (Hop hop : Hop.values()) {
                boolean gone = vanished.contains(i)
                        && where != Hop.ACCEPTED
                        && (where.isStore() ? hop == where : hop.compareTo(where) >= 0);
                if (hop != Hop.ACCEPTED && !gone) {
                    property.seen(ping, hop);
                }
            }
            time.forward(Duration.ofSeconds(1));
            property.tick();
        }
        time.forward(Duration.ofSeconds(6));
        property.tick();
        assertThat(property.losses().stream().map(loss -> (int) loss.sequence()))
                .containsExactlyInAnyOrderElementsOf(where == Hop.ACCEPTED ? Set.of() : new TreeSet<>(vanished));
        assertThat(property.losses()).allMatch(loss -> loss.hop() == where);
    }

    private Ping sent(String source) {
        Ping ping = book.next(source);
        book.seen(ping, Hop.ACCEPTED);
        return ping;
    }

    private void seen(Ping ping, Hop hop) {
        book.seen(ping, hop);
    }

    private void through(Ping ping) {
        for (Hop hop : Hop.values()) {
            book.seen(ping, hop);
        }
    }

    private static final class ManualClock extends Clock {
        private Instant now = Instant.parse("2026-11-01T12:00:00Z");

        void forward(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
