package io.millrace.spark.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spark.lake.ChangeOrder.Found;
import io.millrace.spark.lake.ChangeOrder.Snapshot;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ChangeOrderTest {
    @Test
    void aSnapshotThatGoesOnInAnotherBatchIsTheSameSnapshot() {
        ChangeOrder first = ChangeOrder.NONE.after(List.of(new Found(0, 70, 0)));

        assertThat(first.after(List.of(new Found(0, 70, 5)))).isEqualTo(first);
        assertThat(first.snapshots()).isEqualTo(Map.of(0, new Snapshot(1, 70)));
    }

    @Test
    void snapshotsAreCountedInTheOrderOfThePartitionAndNotOfTheLog() {
        ChangeOrder order =
                ChangeOrder.NONE.after(List.of(new Found(0, 60, 8), new Found(0, 70, 0), new Found(1, 70, 3)));

        assertThat(order.snapshots()).isEqualTo(Map.of(0, new Snapshot(2, 60), 1, new Snapshot(1, 70)));
    }

    @Property
    void oneBatchOrManyGiveTheSameOrder(@ForAll @Size(max = 20) List<@LongRange(min = 0, max = 3) Long> lsns) {
        ChangeOrder many = ChangeOrder.NONE;
        List<Found> found = new java.util.ArrayList<>();
        for (int offset = 0; offset < lsns.size(); offset++) {
            Found each = new Found(0, lsns.get(offset), offset);
            found.add(each);
            many = many.after(List.of(each));
        }

        assertThat(ChangeOrder.NONE.after(found)).isEqualTo(many);
        assertThat(ChangeOrder.parse(many.toJson())).isEqualTo(many);
    }
}
