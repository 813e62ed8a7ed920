package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spark.Digests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.TestGroupState;
import org.junit.jupiter.api.Test;

class FirstOfEachIdTest {
    private static final FirstOfEachId FIRST = new FirstOfEachId(Duration.ofHours(24), EventsPerMinute.JUDGED);

    private final Digests digests = new Digests();
    private byte[] state;

    @Test
    void ofABatchTheFirstInTheOrderOfItsSourcePasses() {
        assertThat(passed(row("a", 0, 2, 5), row("a", 0, 1, 7), row("a", 0, 1, 6)))
                .containsExactly("1@6");
        assertThat(passed(row("a", 1, 0, 0))).as("in a later batch").isEmpty();
    }

    @Test
    void ofAWholeTopicThoseThatKafkaGotFirstPassAndAgainThoseAfterTheHorizon() {
        assertThat(passed(
                        row("a", 24, 0, 4),
                        row("a", 1, 0, 1),
                        row("a", 0, 1, 0),
                        row("a", 23, 0, 3),
                        row("a", 47, 0, 5),
                        row("b", 30, 0, 6)))
                .containsExactly("1@0", "0@4", "0@6");
    }

    @Test
    void aWholeTopicGivesWhatItsHoursGiveOneByOne() {
        List<Row> rows = new ArrayList<>();
        List<String> oneByOne = new ArrayList<>();
        for (int hour = 0; hour < 200; hour++) {
            Row row = row("id" + hour * hour % 7 + hour % 5, hour, 0, hour);
            rows.add(row);
            oneByOne.addAll(passed(row));
        }
        state = null;
        assertThat(passed(rows.toArray(Row[]::new))).isEqualTo(oneByOne);
    }

    /** An {@link EventsPerMinute#JUDGED} row. */
    private Row row(String id, long hour, int partition, long offset) {
        byte[] digest = digests.bits128(id);
        return RowFactory.create(
                "k",
                Duration.ofHours(1_000 + hour).toMillis(),
                new byte[0],
                digest,
                null,
                partition,
                offset,
                true,
                SeenIds.bucket(digest));
    }

    private List<String> passed(Row... rows) {
        TestGroupState<byte[]> group = TestGroupState.create(
                Optional.ofNullable(state), GroupStateTimeout.NoTimeout(), 0, Optional.empty(), false);
        List<String> passed = new ArrayList<>();
        FIRST.call(0, List.of(rows).iterator(), group)
                .forEachRemaining(row -> passed.add(row.getInt(5) + "@" + row.getLong(6)));
        state = group.exists() ? group.get() : null;
        return passed;
    }
}
