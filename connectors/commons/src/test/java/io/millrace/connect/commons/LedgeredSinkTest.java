package io.millrace.connect.commons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.commons.testing.RecordingContext;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class LedgeredSinkTest {

    private static final TopicPartition ZERO = new TopicPartition("orders", 0);
    private static final TopicPartition ONE = new TopicPartition("orders", 1);
    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private final MemoryStore store = new MemoryStore();
    private final RecordingContext context = new RecordingContext(true);
    private final LedgerBook ledger = new LedgerBook(CLOCK, new RecordTime(""), new RecordTime(""));
    private final SinkMetrics metrics = new SinkMetrics(CLOCK);
    private long nowMs;
    private LedgeredSink sink = sink(true, RetryBudget.UNLIMITED);

    @Test
    void anOutageAtTheAssignmentIsSurvived() {
        store.available = false;
        sink.open(List.of(ZERO));
        assertThatThrownBy(() -> sink.put(records(ZERO, 0, 2))).isInstanceOf(RetriableException.class);
        assertThat(commit(ZERO, 5)).isEmpty();
        store.available = true;
        sink.put(records(ZERO, 0, 2));
        assertThat(store.written).containsExactly(0L, 1L);
        assertThat(commit(ZERO, 2)).hasValue(2L);
    }

    @Test
    void anEmptyPutDuringAnOutageDoesNotFail() {
        sink.open(List.of(ZERO));
        store.available = false;
        sink.put(List.of());
        assertThat(context.timeoutMs()).isPositive();
    }

    @Test
    void anOutageLongerThanTheLimitFailsTheTask() {
        sink = sink(true, 0);
        store.available = false;
        assertThatThrownBy(() -> sink.open(List.of(ZERO)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("retry.timeout.ms");
    }

    @Test
    void aPartitionIsRewoundWhileAnotherGoesOn() {
        store.entries.put(ZERO, new LedgerEntry(9, null, null, 10, Instant.EPOCH));
        sink.open(List.of(ZERO, ONE));
        List<SinkRecord> both = new ArrayList<>(records(ZERO, 20, 22));
        both.addAll(records(ONE, 0, 1));
        sink.put(both);
        assertThat(context.takeSeeks()).isEqualTo(Map.of(ZERO, 10L));
        assertThat(store.written).containsExactly(0L);
        assertThat(commit(ZERO, 22)).isEmpty();
        assertThat(commit(ONE, 1)).hasValue(1L);
        sink.put(records(ZERO, 10, 12));
        assertThat(store.written).containsExactly(0L, 10L, 11L);
        assertThat(commit(ZERO, 12)).hasValue(12L);
    }

    @Test
    void anEmptyStoreIsFilledFromTheBeginning() {
        sink.open(List.of(ZERO));
        sink.put(records(ZERO, 7, 8));
        assertThat(context.takeSeeks()).isEqualTo(Map.of(ZERO, 0L));
        // The log begins at 7, as retention has it: now it is taken.
        sink.put(records(ZERO, 7, 8));
        assertThat(store.written).containsExactly(7L);
    }

    @Test
    void anIdlePartitionThatTheStoreLostIsFoundByThePositionToCommit() {
        sink.open(List.of(ZERO));
        sink.put(List.of());
        assertThat(commit(ZERO, 7)).isEmpty();
        sink.put(List.of());
        assertThat(context.takeSeeks()).isEqualTo(Map.of(ZERO, 0L));
    }

    @Test
    void withoutRewindsRecordsAreTakenAsTheyCome() {
        sink = sink(false, RetryBudget.UNLIMITED);
        sink.open(List.of(ZERO));
        sink.put(records(ZERO, 7, 8));
        assertThat(context.takeSeeks()).isEmpty();
        assertThat(store.written).containsExactly(7L);
    }

    @Test
    void aStoreThatFellBehindWhileItWasAwayIsBroughtUpWithoutANewRecord() {
        sink.open(List.of(ZERO));
        sink.put(records(ZERO, 0, 10));
        store.available = false;
        sink.put(List.of());
        store.entries.put(ZERO, new LedgerEntry(5, null, null, 6, Instant.EPOCH));
        store.available = true;
        sink.put(List.of());
        assertThat(context.takeSeeks()).isEqualTo(Map.of(ZERO, 6L));
        assertThat(commit(ZERO, 10)).isEmpty();
        sink.put(records(ZERO, 6, 10));
        assertThat(ledger.stored(ZERO).orElseThrow().count()).isEqualTo(10);
    }

    @Test
    void positionsBeyondDroppedRecordsAreCommitted() {
        sink.open(List.of(ZERO));
        sink.put(records(ZERO, 0, 2));
        assertThat(commit(ZERO, 9)).hasValue(9L);
    }

    @Test
    void transformsThatRenameTopicsDoNotChangeWhereOffsetsBelong() {
        sink.open(List.of(ZERO));
        SinkRecord renamed = records(ZERO, 0, 1).get(0).newRecord("other", 5, null, "k", null, "v", 0L);
        sink.put(List.of(renamed));
        assertThat(store.entries).containsOnlyKeys(ZERO);
    }

    @Test
    void partitionsArePausedDuringAnOutageAndResumedAfterIt() {
        sink.open(List.of(ZERO, ONE));
        store.available = false;
        sink.put(List.of());
        assertThat(context.paused()).containsExactlyInAnyOrder(ZERO, ONE);
        assertThat(number("available")).isEqualTo(0);
        assertThat(number("paused-partitions")).isEqualTo(2);
        sink.close(List.of(ONE));
        store.available = true;
        sink.put(List.of());
        assertThat(context.paused()).doesNotContain(ZERO);
        assertThat(number("available")).isEqualTo(1);
        assertThat(number("paused-partitions")).isEqualTo(0);
        assertThat(number("retries-total")).isEqualTo(1L);
    }

    @Test
    void aPartitionThatANewerTaskOwnsIsLeftToItWhileTheOthersGoOn() {
        sink.open(List.of(ZERO, ONE));
        store.takenOver = Set.of(ZERO);
        List<SinkRecord> both = new ArrayList<>(records(ZERO, 0, 2));
        both.addAll(records(ONE, 7, 8));
        store.entries.put(ONE, new LedgerEntry(6, null, null, 7, Instant.EPOCH));
        sink.close(List.of(ONE));
        sink.open(List.of(ONE));
        sink.put(both);
        assertThat(store.written).containsExactly(7L);
        assertThat(commit(ZERO, 2)).isEmpty();
        assertThat(commit(ONE, 8)).hasValue(8L);
        assertThat(number("fenced-partitions")).isEqualTo(1);
    }

    @Test
    void whatTurnsOutToBeANewerTasksWhileNothingElseComesIsLeftToItAndTheRestIsReadAgain() {
        store.late = true;
        store.entries.put(ONE, new LedgerEntry(6, null, null, 7, Instant.EPOCH));
        sink.open(List.of(ZERO, ONE));
        List<SinkRecord> both = new ArrayList<>(records(ZERO, 0, 2));
        both.addAll(records(ONE, 7, 8));
        sink.put(both);
        store.takenOver = Set.of(ZERO);
        sink.put(List.of());
        assertThat(store.written).isEmpty();
        assertThat(number("fenced-partitions")).isEqualTo(1);
        assertThat(context.takeSeeks()).isEqualTo(Map.of(ONE, 7L));
        sink.put(records(ONE, 7, 8));
        sink.put(List.of());
        assertThat(store.written).containsExactly(7L);
        assertThat(commit(ZERO, 2)).isEmpty();
    }

    @Test
    void theLedgerIsReadForTheOthersWhenANewerTaskHasTakenOnePartition() {
        sink.open(List.of(ZERO, ONE));
        sink.put(records(ZERO, 0, 2));
        store.entries.put(ONE, new LedgerEntry(6, null, null, 7, Instant.EPOCH));
        store.connected = false;
        store.takenOver = Set.of(ZERO);
        sink.put(records(ONE, 7, 8));
        assertThat(store.written).containsExactly(0L, 1L, 7L);
        assertThat(number("fenced-partitions")).isEqualTo(1);
    }

    @Test
    void offsetsWaitForWhatIsOnItsWay() {
        store.late = true;
        sink.open(List.of(ZERO));
        sink.put(records(ZERO, 0, 3));
        assertThat(store.written).isEmpty();
        assertThat(commit(ZERO, 3)).hasValue(3L);
        assertThat(store.written).containsExactly(0L, 1L, 2L);
    }

    @Test
    void whatIsLostOnItsWayIsReadAgainAndNotCommitted() {
        store.late = true;
        sink.open(List.of(ZERO));
        sink.put(records(ZERO, 0, 3));
        store.available = false;
        assertThat(commit(ZERO, 3)).isEmpty();
        assertThat(context.paused()).containsExactly(ZERO);
        store.available = true;
        store.late = false;
        // The worker has no idea that the records before these are missing.
        sink.put(records(ZERO, 3, 5));
        assertThat(store.written).isEmpty();
        assertThat(context.takeSeek(ZERO)).isEqualTo(0L);
        sink.put(records(ZERO, 0, 5));
        assertThat(store.written).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(commit(ZERO, 5)).hasValue(5L);
    }

    @Test
    void aRewindThatAFailureOfAnotherPartitionKeptFromHappeningIsNotForgotten() {
        sink.open(List.of(ZERO, ONE));
        sink.put(records(ZERO, 0, 3));
        sink.put(records(ONE, 0, 1));
        store.entries.remove(ZERO);
        store.connected = false;
        store.failsNext = true;
        assertThatThrownBy(() -> sink.put(records(ONE, 1, 2))).isInstanceOf(RetriableException.class);
        sink.put(records(ONE, 1, 2));
        assertThat(context.takeSeek(ZERO)).isEqualTo(0L);
        assertThat(context.takeSeek(ONE)).isNull();
    }

    @Test
    void withoutRewindsNothingIsLeftOnItsWay() {
        sink = sink(false, RetryBudget.UNLIMITED);
        store.late = true;
        sink.open(List.of(ZERO));
        sink.put(records(ZERO, 0, 3));
        assertThat(store.written).containsExactly(0L, 1L, 2L);
    }

    @Test
    void aTaskThatStaysFencedFailsAndNamesTheReason() {
        sink.open(List.of(ZERO));
        store.takenOver = Set.of(ZERO);
        sink.put(records(ZERO, 0, 2));
        nowMs += 119_000;
        sink.put(List.of());
        nowMs += 2_000;
        assertThatThrownBy(() -> sink.put(List.of()))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("same name");
    }

    @Test
    void aPartitionThatIsAssignedAnewIsNoLongerFenced() {
        sink.open(List.of(ZERO));
        store.takenOver = Set.of(ZERO);
        sink.put(records(ZERO, 0, 2));
        sink.close(List.of(ZERO));
        store.takenOver = Set.of();
        sink.open(List.of(ZERO));
        nowMs += 200_000;
        sink.put(records(ZERO, 0, 2));
        assertThat(store.written).containsExactly(0L, 1L);
    }

    private Number number(String metric) {
        return metrics.all().get(metric).value().get();
    }

    private java.util.Optional<Long> commit(TopicPartition partition, long position) {
        return java.util.Optional.ofNullable(sink.preCommit(Map.of(partition, new OffsetAndMetadata(position)))
                        .get(partition))
                .map(OffsetAndMetadata::offset);
    }

    private LedgeredSink sink(boolean rewinds, long timeLimitMs) {
        return new LedgeredSink(
                "the store",
                store,
                ledger,
                rewinds,
                new RetryBudget(1, 10, timeLimitMs, CLOCK::millis, new Random(1)),
                new DeadLetters(null, false),
                context,
                metrics,
                () -> nowMs);
    }

    private static List<SinkRecord> records(TopicPartition partition, long from, long to) {
        List<SinkRecord> records = new ArrayList<>();
        for (long offset = from; offset < to; offset++) {
            records.add(new SinkRecord(
                    partition.topic(),
                    partition.partition(),
                    Schema.STRING_SCHEMA,
                    "k" + offset,
                    null,
                    Map.of("n", offset),
                    offset,
                    offset,
                    TimestampType.CREATE_TIME));
        }
        return records;
    }
}
