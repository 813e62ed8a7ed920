package io.millrace.connect.configs.dlq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ReplayStateTest {
    /** Whatever is replayed in whatever order, the state knows exactly that, also after it was written and read. */
    @Property(tries = 300)
    void theStateKnowsExactlyWhatWasReplayed(
            @ForAll @Size(min = 1, max = 40) Set<@IntRange(min = 0, max = 60) Integer> existing,
            @ForAll @Size(max = 30) List<@IntRange(min = 0, max = 60) Integer> order) {
        TreeSet<Long> offsets = new TreeSet<>();
        existing.forEach(offset -> offsets.add((long) offset));
        ReplayState state = ReplayState.NOTHING;
        Set<Long> done = new HashSet<>();
        for (int offset : order) {
            if (offsets.contains((long) offset)) {
                done.add((long) offset);
                state = state.with(List.of((long) offset), offsets);
                state = ReplayState.of(state.position(), state.metadata());
            }
            for (long each : offsets) {
                assertThat(state.isDone(each))
                        .as("offset %s after %s", each, done)
                        .isEqualTo(done.contains(each));
            }
        }
    }
}
