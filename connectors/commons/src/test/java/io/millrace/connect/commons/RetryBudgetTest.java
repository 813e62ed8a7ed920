package io.millrace.connect.commons;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {

    private final AtomicLong now = new AtomicLong(1_000);

    @Property
    void aWaitNeverExceedsItsDoubledBoundNorTheLargest(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 100) int tries) {
        RetryBudget budget = new RetryBudget(100, 5_000, RetryBudget.UNLIMITED, now::get, new Random(seed));
        for (int i = 0; i < tries; i++) {
            assertThat(budget.failed().orElseThrow()).isBetween(1L, Math.min(5_000, 100L << Math.min(i, 30)));
        }
    }

    @Test
    void theTimeLimitEndsTheOutageAndNotTheNumberOfAttempts() {
        RetryBudget budget = new RetryBudget(100, 5_000, 1_000, now::get, new Random(1));
        for (int i = 0; i < 50; i++) {
            assertThat(budget.failed()).isPresent();
        }
        now.addAndGet(999);
        assertThat(budget.failed()).hasValue(1);
        now.addAndGet(1);
        assertThat(budget.failed()).isEmpty();
    }

    @Test
    void aSuccessEndsTheOutageAndTellsHowLongItTook() {
        RetryBudget budget = new RetryBudget(100, 5_000, 1_000, now::get, new Random(1));
        assertThat(budget.succeeded()).isEmpty();
        budget.failed();
        now.addAndGet(700);
        assertThat(budget.inOutage()).isTrue();
        assertThat(budget.succeeded()).isEqualTo(OptionalLong.of(700));
        now.addAndGet(700);
        assertThat(budget.failed()).isPresent();
    }
}
