package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spark.Digests;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SeenIdsTest {
    private static final long HORIZON = 40;

    private final Digests digests = new Digests();

    /** @param events each an id and how long after the one before it came */
    @Property
    void anIdPassesWhenItHasNotComeWithinTheHorizon(@ForAll @Size(max = 60) List<@IntRange(max = 300) Integer> events) {
        Map<String, Long> first = new HashMap<>();
        byte[] state = null;
        long now = 1_000;
        for (int event : events) {
            String id = "id-" + event % 10;
            now += event / 10;
            long time = now;
            first.values().removeIf(came -> came <= time - HORIZON);

            SeenIds seen = new SeenIds(state);
            seen.forget(now - HORIZON);
            boolean passed = seen.add(digests.bits128(id), now);
            state = seen.bytes();

            assertThat(passed).isEqualTo(!first.containsKey(id));
            first.putIfAbsent(id, now);
            assertThat(seen.isEmpty()).isFalse();
            assertThat(state).hasSize(24 * first.size());
        }
    }

    @Test
    void whatWasHandedInIsNotChanged() {
        SeenIds one = new SeenIds(null);
        one.add(digests.bits128("a"), 1);
        one.add(digests.bits128("b"), 2);
        byte[] state = one.bytes();
        byte[] copy = state.clone();

        SeenIds other = new SeenIds(state);
        other.forget(1);
        other.add(digests.bits128("c"), 3);

        assertThat(state).isEqualTo(copy);
        assertThat(other.add(digests.bits128("b"), 4)).isFalse();
        assertThat(other.add(digests.bits128("a"), 4)).isTrue();
    }

    @Test
    void bucketsAreEvenlyFilled() {
        Map<Integer, Integer> filled = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            int bucket = SeenIds.bucket(digests.bits128("id-" + i));
            assertThat(bucket).isBetween(0, (1 << 20) - 1);
            filled.merge(bucket, 1, Integer::sum);
        }
        assertThat(filled.values()).allMatch(ids -> ids <= 8);
        assertThat(filled).hasSizeGreaterThan(90_000);
    }
}
