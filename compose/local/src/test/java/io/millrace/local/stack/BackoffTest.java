package io.millrace.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff backoff =
            new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(20), 5);

    @Test
    void theFirstRestartComesAtOnceAndEachFurtherOneTwiceAsLate() {
        assertThat(backoff.delay(0)).isEqualTo(Duration.ofMillis(200));
        assertThat(backoff.delay(1)).isEqualTo(Duration.ofMillis(200));
        assertThat(backoff.delay(2)).isEqualTo(Duration.ofMillis(400));
        assertThat(backoff.delay(4)).isEqualTo(Duration.ofMillis(1600));
    }

    @Property
    void noWaitIsLongerThanTheCap(@ForAll @IntRange(min = 0) int failures) {
        assertThat(backoff.delay(failures)).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aLongHealthyRunForgivesEarlierFailures() {
        assertThat(backoff.count(4, true, Duration.ofMinutes(1))).isZero();
        assertThat(backoff.count(3, true, Duration.ofSeconds(5))).isEqualTo(4);
        assertThat(backoff.count(3, false, Duration.ofMinutes(1))).isEqualTo(4);
    }

    @Test
    void theFifthQuickFailureInARowIsTheLast() {
        assertThat(backoff.givesUp(4)).isFalse();
        assertThat(backoff.givesUp(5)).isTrue();
    }
}
