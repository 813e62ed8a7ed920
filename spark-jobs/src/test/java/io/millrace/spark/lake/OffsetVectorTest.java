package io.millrace.spark.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class OffsetVectorTest {
    @Test
    void itIsWrittenByTopicAndPartition() {
        OffsetVector vector = OffsetVector.NONE.with("web.events", 1, 7).with("web.events", 0, 12);

        assertThat(vector.toJson()).isEqualTo("{\"web.events\":{\"0\":12,\"1\":7}}");
        assertThat(OffsetVector.parse(vector.toJson())).isEqualTo(vector);
    }

    @Test
    void aVectorNeverMovesBack() {
        OffsetVector vector = OffsetVector.NONE.with("t", 0, 12);

        assertThat(vector.with("t", 0, 3)).isEqualTo(vector);
    }

    @Test
    void anotherPartitionIsNotCovered() {
        OffsetVector vector = OffsetVector.NONE.with("t", 0, 12);

        assertThat(vector.covers(OffsetVector.NONE.with("t", 0, 12))).isTrue();
        assertThat(vector.covers(OffsetVector.NONE.with("t", 1, 0))).isFalse();
        assertThat(vector.covers(OffsetVector.NONE.with("t", 0, 13))).isFalse();
    }

    @Property
    void whatIsMergedCoversBothAndOrderDoesNotMatter(
            @ForAll Map<Byte, Integer> left, @ForAll Map<Byte, Integer> right) {
        OffsetVector first = vector(left);
        OffsetVector second = vector(right);

        assertThat(first.merge(second).covers(first)).isTrue();
        assertThat(first.merge(second).covers(second)).isTrue();
        assertThat(first.merge(second)).isEqualTo(second.merge(first));
    }

    @Test
    void whatIsNoVectorIsNamed() {
        assertThatThrownBy(() -> OffsetVector.parse("[]")).hasMessageContaining("not an offset vector: []");
    }

    private static OffsetVector vector(Map<Byte, Integer> offsets) {
        OffsetVector vector = OffsetVector.NONE;
        for (Map.Entry<Byte, Integer> entry : offsets.entrySet()) {
            vector = vector.with("t" + (entry.getKey() & 1), entry.getKey() & 3, Math.abs((long) entry.getValue()));
        }
        return vector;
    }
}
