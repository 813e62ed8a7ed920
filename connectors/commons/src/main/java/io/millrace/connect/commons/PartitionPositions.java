package io.millrace.connect.commons;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Decides, per partition, whether what Kafka delivers continues what the store holds.
 *
 * <pre>
 *   UNREAD     the ledger has to be read (assigned, or the store may have changed)
 *     | ledger read, this task has applied nothing yet    -> AWAITING(ledger + 1)
 *     | the store lacks what this task applied, or has accepted and let return -> REWIND(ledger + 1, or 0 without an entry)
 *     | the store has it                                  -> SETTLED
 *   AWAITING   the next record, or the consumer's position, shows where Kafka continues
 *     | at or before the expected offset                  -> SETTLED
 *     | beyond it: offsets were committed that the store does not have -> REWIND
 *   REWIND     the consumer has to be moved back; records of the partition are left out until it is
 *     | seek asked for                                    -> SOUGHT
 *   SOUGHT     the worker seeks before it polls again, so the next put() finds it done -> SETTLED
 *   SETTLED    records are written, offsets may be committed
 *   FENCED     a newer task owns the partition: nothing is written or committed until it is closed and opened again
 * </pre>
 *
 * <p>A rewind happens once per check: compacted topics and transaction markers leave gaps, so a first offset beyond the
 * expected one is normal after the seek. Whether a record at or before the ledger is written again is the store's
 * decision: where writes are idempotent, whoever resets offsets wants to see the records again.
 */
final class PartitionPositions {

    private static final long NONE = -1;

    private enum Phase {
        UNREAD,
        AWAITING,
        REWIND,
        SOUGHT,
        SETTLED,
        FENCED
    }

    private static final class Position {
        private Phase phase = Phase.UNREAD;
        private long next;
        /** Highest offset of the put() that is going on. */
        private long accepted = NONE;
        /** Highest offset that no put() will bring again by itself, as the one that brought it has returned. */
        private long delivered = NONE;
    }

    private final LedgerBook ledger;
    private final boolean rewinds;
    private final Map<TopicPartition, Position> positions = new HashMap<>();

    /** @param rewinds whether to move the consumer at all */
    PartitionPositions(LedgerBook ledger, boolean rewinds) {
        this.ledger = ledger;
        this.rewinds = rewinds;
    }

    void open(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> positions.put(partition, new Position()));
    }

    void close(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> {
            positions.remove(partition);
            ledger.forget(partition);
        });
    }

    /** The store may have changed under this task. */
    void unread() {
        // A rewind that has not happened yet is decided anew from what the ledger will say.
        positions.values().forEach(position -> {
            if (position.phase != Phase.FENCED) {
                position.phase = Phase.UNREAD;
            }
        });
    }

    /** A newer task has taken the partitions over. */
    void fence(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> {
            Position position = positions.get(partition);
            if (position != null) {
                position.phase = Phase.FENCED;
            }
        });
    }

    Set<TopicPartition> fenced() {
        return positions.entrySet().stream()
                .filter(entry -> entry.getValue().phase == Phase.FENCED)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    Set<TopicPartition> all() {
        return Set.copyOf(positions.keySet());
    }

    List<TopicPartition> withUnreadLedger() {
        List<TopicPartition> unread = new ArrayList<>();
        positions.forEach((partition, position) -> {
            if (position.phase == Phase.UNREAD) {
                unread.add(partition);
            }
        });
        return unread;
    }

    void ledgerRead(TopicPartition partition, Optional<LedgerEntry> found) {
        Position position = positions.get(partition);
        Optional<LedgerEntry> appliedHere = ledger.stored(partition);
        ledger.restore(partition, found);
        position.next = found.map(entry -> entry.offset() + 1).orElse(0L);
        long expected = Math.max(
                position.delivered, appliedHere.map(LedgerEntry::offset).orElse(NONE));
        if (expected == NONE) {
            position.phase = Phase.AWAITING;
        } else if (rewinds && expected >= position.next) {
            position.phase = Phase.REWIND;
        } else {
            position.phase = Phase.SETTLED;
        }
    }

    /** The records to write now; those of partitions that are to be rewound are left out. */
    List<SinkRecord> accept(Collection<SinkRecord> records) {
        List<SinkRecord> accepted = new ArrayList<>(records.size());
        TopicPartition partition = null;
        Position position = null;
        for (SinkRecord record : records) {
            // Records come in runs of one partition.
            if (partition == null
                    || partition.partition() != record.originalKafkaPartition()
                    || !partition.topic().equals(record.originalTopic())) {
                partition = LedgerBook.partitionOf(record);
                position = positions.computeIfAbsent(partition, unassigned -> settled());
            }
            if (position.phase == Phase.AWAITING) {
                check(position, record.originalKafkaOffset());
            }
            if (position.phase == Phase.SETTLED) {
                accepted.add(record);
                position.accepted = Math.max(position.accepted, record.originalKafkaOffset());
            }
        }
        return accepted;
    }

    /** The put() that brought the accepted records returns: it will not bring them again. */
    void delivered() {
        positions.values().forEach(position -> position.delivered = Math.max(position.delivered, position.accepted));
    }

    /** Whether the consumer's position may be committed; a position can also show that a rewind is due. */
    boolean isCommittable(TopicPartition partition, long consumerPosition) {
        Position position = positions.get(partition);
        if (position == null) {
            return false;
        }
        if (position.phase == Phase.AWAITING) {
            check(position, consumerPosition);
        }
        return position.phase == Phase.SETTLED;
    }

    /** Asks for the seeks that are due. */
    void seek(BiConsumer<TopicPartition, Long> seek) {
        positions.forEach((partition, position) -> {
            if (position.phase == Phase.REWIND) {
                seek.accept(partition, position.next);
                position.phase = Phase.SOUGHT;
                position.accepted = NONE;
                position.delivered = position.next - 1;
            }
        });
    }

    /** The worker has carried the seeks out. */
    void sought() {
        positions.values().forEach(position -> {
            if (position.phase == Phase.SOUGHT) {
                position.phase = Phase.SETTLED;
            }
        });
    }

    private void check(Position position, long offset) {
        position.phase = rewinds && offset > position.next ? Phase.REWIND : Phase.SETTLED;
    }

    private static Position settled() {
        Position position = new Position();
        position.phase = Phase.SETTLED;
        return position;
    }
}
