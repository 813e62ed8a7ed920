package io.millrace.connect.commons;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * The ledger of the partitions of one task: what the store holds, and what the batch being built will add to it.
 *
 * <p>A store adds each record of a batch, writes {@link #pending()} in the same request as the data, and calls
 * {@link #applied()} once the store has confirmed, or {@link #discard()} when it has not.
 */
public final class LedgerBook {

    private final Clock clock;
    private final RecordTime eventTime;
    private final RecordTime receivedAt;
    private final Map<TopicPartition, LedgerEntry> stored = new HashMap<>();
    private final Map<TopicPartition, LedgerEntry> inFlight = new HashMap<>();
    private final Map<TopicPartition, Tally> tallies = new LinkedHashMap<>();
    private Tally current;

    public LedgerBook(Clock clock, RecordTime eventTime, RecordTime receivedAt) {
        this.clock = clock;
        this.eventTime = eventTime;
        this.receivedAt = receivedAt;
    }

    /** What the store is known to hold for the partition. */
    public Optional<LedgerEntry> stored(TopicPartition partition) {
        return Optional.ofNullable(stored.get(partition));
    }

    /** Replaces what is known with what was read from the store. */
    void restore(TopicPartition partition, Optional<LedgerEntry> entry) {
        entry.ifPresentOrElse(found -> stored.put(partition, found), () -> stored.remove(partition));
    }

    void forget(TopicPartition partition) {
        stored.remove(partition);
        inFlight.remove(partition);
        tallies.remove(partition);
        current = null;
    }

    /** Whether the store already held the record before the batch that is being built. */
    public boolean isApplied(SinkRecord record) {
        return tally(record).countedUpTo >= record.originalKafkaOffset();
    }

    /** Adds a record to the batch. Records of one partition come in the order of their offsets. */
    public void add(SinkRecord record) {
        tally(record).add(record);
    }

    /** The entries to write with the batch: one for each partition that has a record in it. */
    public Map<TopicPartition, LedgerEntry> pending() {
        Instant now = clock.instant();
        Map<TopicPartition, LedgerEntry> entries = new LinkedHashMap<>();
        tallies.forEach((partition, tally) -> {
            if (!tally.isEmpty()) {
                entries.put(partition, tally.entry(now));
            }
        });
        return entries;
    }

    /**
     * Closes the batch that is being built, which is now on its way; the next one continues it.
     *
     * @return the entries to write with it
     */
    public Map<TopicPartition, LedgerEntry> sent() {
        Map<TopicPartition, LedgerEntry> entries = pending();
        inFlight.putAll(entries);
        tallies.clear();
        current = null;
        return entries;
    }

    /** The store has confirmed a batch that was {@link #sent()}. */
    public void applied(Map<TopicPartition, LedgerEntry> entries) {
        stored.putAll(entries);
        inFlight.values().removeAll(entries.values());
    }

    /** The store has confirmed the batch and its entries. */
    public void applied() {
        stored.putAll(pending());
        discard();
    }

    /** What has not been confirmed was not written, or is not known to be. */
    public void discard() {
        inFlight.clear();
        tallies.clear();
        current = null;
    }

    private Tally tally(SinkRecord record) {
        // Records arrive in runs of one partition: the usual case costs two comparisons and no allocation.
        if (current == null || !current.isFor(record)) {
            TopicPartition partition = partitionOf(record);
            current = tallies.computeIfAbsent(partition, key -> new Tally(key, before(key)));
        }
        return current;
    }

    private LedgerEntry before(TopicPartition partition) {
        LedgerEntry sent = inFlight.get(partition);
        return sent == null ? stored.get(partition) : sent;
    }

    /** The partition that the consumer read the record from, whatever transforms have made of its topic. */
    public static TopicPartition partitionOf(SinkRecord record) {
        return new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
    }

    private final class Tally {
        private final TopicPartition partition;
        private final long countedUpTo;
        private long offset;
        private long count;
        private boolean empty = true;
        private Instant newestEventTime;
        private Instant newestReceivedAt;

        Tally(TopicPartition partition, LedgerEntry before) {
            this.partition = partition;
            this.countedUpTo = before == null ? -1 : before.offset();
            this.offset = countedUpTo;
            this.count = before == null ? 0 : before.count();
            this.newestEventTime = before == null ? null : before.newestEventTime();
            this.newestReceivedAt = before == null ? null : before.newestReceivedAt();
        }

        boolean isFor(SinkRecord record) {
            return partition.partition() == record.originalKafkaPartition()
                    && partition.topic().equals(record.originalTopic());
        }

        boolean isEmpty() {
            return empty;
        }

        void add(SinkRecord record) {
            empty = false;
            if (record.originalKafkaOffset() > countedUpTo) {
                count++;
            }
            offset = Math.max(offset, record.originalKafkaOffset());
            newestEventTime = newer(newestEventTime, eventTime.of(record));
            newestReceivedAt = newer(newestReceivedAt, receivedAt.of(record));
        }

        LedgerEntry entry(Instant now) {
            return new LedgerEntry(offset, newestEventTime, newestReceivedAt, count, now);
        }

        private Instant newer(Instant known, OptionalLong millis) {
            if (millis.isEmpty() || (known != null && known.toEpochMilli() >= millis.getAsLong())) {
                return known;
            }
            return Instant.ofEpochMilli(millis.getAsLong());
        }
    }
}
