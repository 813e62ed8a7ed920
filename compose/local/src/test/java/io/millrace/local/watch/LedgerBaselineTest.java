package io.millrace.local.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LedgerBaselineTest {
    private static final TopicPartition ZERO = new TopicPartition("serving.orders", 0);

    private final LedgerBaseline baseline = new LedgerBaseline();

    @Test
    void recordsThatWereSetAsideBeforeTheSinkAreNotMissing() {
        assertThat(behind(9, 10)).isZero();
        assertThat(behind(9, 40)).isZero();
    }

    @Test
    void aStoreThatComesBackWithLessIsBehindUntilItHasCaughtUp() {
        assertThat(behind(9, 10)).isZero();
        assertThat(behind(4, 10)).isEqualTo(1);
        assertThat(behind(8, 10)).isEqualTo(1);
        assertThat(behind(9, 10)).isZero();
    }

    @Test
    void aStoreThatComesBackEmptyIsBehind() {
        assertThat(behind(9, 10)).isZero();
        assertThat(baseline.behind(Map.of(), Map.of("sink", Map.of(ZERO, 10L)))).isEqualTo(Map.of("sink", 1));
    }

    @Test
    void offsetsThatSomebodySetBackAreNoLoss() {
        assertThat(behind(9, 10)).isZero();
        assertThat(behind(2, 3)).isZero();
        assertThat(behind(2, 9)).isZero();
    }

    @Test
    void aConnectorThatIsGoneIsForgotten() {
        assertThat(behind(9, 10)).isZero();
        assertThat(baseline.behind(Map.of(), Map.of())).isEmpty();
        assertThat(behind(1, 10)).isZero();
    }

    private int behind(long stored, long committed) {
        return baseline.behind(Map.of("sink", Map.of(ZERO, stored)), Map.of("sink", Map.of(ZERO, committed)))
                .get("sink");
    }
}
