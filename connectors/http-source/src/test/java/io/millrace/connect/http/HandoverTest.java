package io.millrace.connect.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class HandoverTest {
    private final Handover handover = new Handover();

    @Test
    void whatWaitsIsTakenAtItsTimeAndNotBefore() throws InterruptedException {
        handover.offer(empty());
        handover.offer(empty());
        long from = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);

        assertThat(handover.take(100, from, 0)).hasSize(2);

        assertThat(System.nanoTime() - from).isNotNegative();
    }

    @Test
    void aClosedHandOverKeepsNobodyWaiting() throws InterruptedException {
        handover.close();

        assertThat(handover.take(100, System.nanoTime() + TimeUnit.HOURS.toNanos(1), 1_000))
                .isEmpty();
    }

    private static Submission empty() {
        return new Submission(null, null, answer -> {}, settled -> {});
    }
}
