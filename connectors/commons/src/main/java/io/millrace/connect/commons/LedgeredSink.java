package io.millrace.connect.commons;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a sink task does, apart from talking to its store: verifies that deliveries continue what the store holds,
 * writes, reports bad records, waits out outages, and says which offsets may be committed. One thread.
 */
public final class LedgeredSink {

    private static final Logger LOG = LoggerFactory.getLogger(LedgeredSink.class);

    /** An idle consumer would wait for minutes; a store that came back empty should be noticed within seconds. */
    private static final long IDLE_CHECK_MS = 1_000;

    /** When no more records come, what is on its way should not stay unnoticed for long. */
    private static final long UNSETTLED_CHECK_MS = 20;

    /** Much longer than a consumer needs to learn that it has lost its partitions. */
    private static final long FENCED_LIMIT_MS = 120_000;

    private final String storeName;
    private final Store store;
    private final LedgerBook ledger;
    private final PartitionPositions positions;
    private final boolean rewinds;
    private final RetryBudget retries;
    private final DeadLetters deadLetters;
    private final SinkTaskContext context;
    private final SinkMetrics metrics;
    private final LongSupplier clockMs;
    private final Set<TopicPartition> paused = new HashSet<>();
    private long fencedSinceMs;
    private boolean fencedBefore;
    private RuntimeException failed;
    private long reported;

    /**
     * @param storeName the store in a log line, with its address and without secrets
     * @param rewinds whether the consumer may be moved back to the ledger
     * @param clockMs a clock in milliseconds; only differences are used
     */
    public LedgeredSink(
            String storeName,
            Store store,
            LedgerBook ledger,
            boolean rewinds,
            RetryBudget retries,
            DeadLetters deadLetters,
            SinkTaskContext context,
            SinkMetrics metrics,
            LongSupplier clockMs) {
        this.storeName = storeName;
        this.store = store;
        this.ledger = ledger;
        this.positions = new PartitionPositions(ledger, rewinds);
        this.rewinds = rewinds;
        this.retries = retries;
        this.deadLetters = deadLetters;
        this.context = context;
        this.metrics = metrics;
        this.clockMs = clockMs;
    }

    /** Takes partitions over. An outage does not fail it: the ledger is then read before the first write. */
    public void open(Collection<TopicPartition> partitions) {
        positions.open(partitions);
        try {
            verify(true);
        } catch (RetriableFailure unavailable) {
            waitFor(unavailable);
        } catch (FatalFailure refused) {
            throw new ConnectException(refused.getMessage(), refused);
        }
    }

    public void close(Collection<TopicPartition> partitions) {
        try {
            store.settle();
        } catch (ConnectException intolerant) {
            lose();
            failed = intolerant;
        } catch (SinkFailure lost) {
            // Offsets were committed without it, and whoever takes the partitions over reads the ledger.
            lose();
        }
        positions.close(partitions);
        store.release(partitions);
        paused.removeAll(partitions);
        metrics.paused(paused.size());
        metrics.assigned(positions.fenced());
    }

    /**
     * Writes the records.
     *
     * @throws RetriableException when the store is unavailable; the same records have to be given again
     * @throws ConnectException when the task cannot go on
     */
    public void put(Collection<SinkRecord> records) {
        if (failed != null) {
            throw failed;
        }
        positions.sought();
        try {
            verify(records.isEmpty());
            write(records);
            if (!rewinds) {
                store.settle();
            }
            positions.delivered();
            refuseToBeFencedForLong();
            positions.seek(this::seek);
            available();
            context.timeout(store.isSettled() ? IDLE_CHECK_MS : UNSETTLED_CHECK_MS);
        } catch (RetriableFailure unavailable) {
            ledger.discard();
            waitFor(unavailable);
            if (!records.isEmpty()) {
                throw new RetriableException(unavailable.getMessage(), unavailable);
            }
        } catch (FatalFailure refused) {
            throw new ConnectException(refused.getMessage(), refused);
        }
    }

    /**
     * The offsets to commit.
     *
     * @param consumed the consumer's positions: beyond every record that put() has accepted, and beyond records that
     *     transforms have dropped
     */
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> consumed) {
        long before = reported;
        settle();
        if (reported != before) {
            // The worker waits for dead letters before it asks for offsets: those of just now would not be waited for.
            return Map.of();
        }
        Map<TopicPartition, OffsetAndMetadata> committable = new HashMap<>();
        consumed.forEach((partition, position) -> {
            if (positions.isCommittable(partition, position.offset())) {
                committable.put(partition, position);
            }
        });
        return committable;
    }

    public void stop() {
        store.close();
    }

    private void write(Collection<SinkRecord> records) {
        // Each turn fences at least one partition more, so this ends.
        while (true) {
            List<SinkRecord> accepted = positions.accept(records);
            if (accepted.isEmpty()) {
                return;
            }
            try {
                store.write(accepted, ledger, this::report);
                return;
            } catch (FencedFailure lost) {
                ledger.discard();
                fence(lost);
                verify(false);
            }
        }
    }

    /**
     * Waits for what is on its way when no put() is going on, which could tell the worker of a failure. The records of a
     * failed batch have been delivered for Connect: the ledger tells the next put() what to read again.
     */
    private void settle() {
        try {
            store.settle();
        } catch (RetriableFailure unavailable) {
            lose();
            try {
                waitFor(unavailable);
            } catch (ConnectException givenUp) {
                failed = givenUp;
            }
        } catch (FencedFailure lost) {
            lose();
            fence(lost);
        } catch (FatalFailure refused) {
            lose();
            failed = new ConnectException(refused.getMessage(), refused);
        } catch (ConnectException intolerant) {
            lose();
            failed = intolerant;
        }
    }

    private void lose() {
        ledger.discard();
        positions.unread();
    }

    private void report(RejectedRecord rejected) {
        reported++;
        metrics.deadLetter();
        deadLetters.report(rejected);
    }

    private void fence(FencedFailure lost) {
        positions.fence(lost.partitions());
        Set<TopicPartition> fenced = positions.fenced();
        metrics.fenced(fenced.size());
        if (!fencedBefore) {
            fencedBefore = true;
            fencedSinceMs = clockMs.getAsLong();
            LOG.warn("{}: {}; its records are left to that task", storeName, lost.getMessage());
        }
    }

    /**
     * A task that has been slow finds out at its next poll that its partitions have moved, and they are closed. When they
     * are not, two connectors of one name work on the same store, and a person has to decide between them.
     */
    private void refuseToBeFencedForLong() {
        Set<TopicPartition> fenced = positions.fenced();
        if (fenced.isEmpty()) {
            fencedBefore = false;
        } else if (clockMs.getAsLong() - fencedSinceMs >= FENCED_LIMIT_MS) {
            throw new ConnectException(storeName + " says that another task has taken over " + fenced
                    + " while they are still assigned to this one: stop the other connector of the same name, or rename"
                    + " one of them, and restart the task");
        }
    }

    private void verify(boolean idle) {
        connect(idle);
        for (List<TopicPartition> unread = positions.withUnreadLedger();
                !unread.isEmpty();
                unread = positions.withUnreadLedger()) {
            try {
                Map<TopicPartition, LedgerEntry> found = store.readLedger(unread);
                unread.forEach(partition -> positions.ledgerRead(partition, Optional.ofNullable(found.get(partition))));
            } catch (FencedFailure lost) {
                // Each turn fences at least one partition more, so this ends.
                lose();
                fence(lost);
                connect(false);
            }
        }
    }

    /** Whether what was on its way belongs to a newer task may only be found out here; the store is then connected anew. */
    private void connect(boolean idle) {
        try {
            if (store.connect(idle)) {
                positions.unread();
            }
        } catch (FencedFailure lost) {
            lose();
            fence(lost);
            store.connect(false);
        }
    }

    private void seek(TopicPartition partition, long offset) {
        LOG.info("{} lacks records of {} from offset {} on: reading them again", storeName, partition, offset);
        context.offset(partition, offset);
    }

    private void waitFor(RetriableFailure unavailable) {
        boolean first = !retries.inOutage();
        OptionalLong wait = retries.failed();
        if (wait.isEmpty()) {
            throw new ConnectException(
                    storeName + " has been unavailable for longer than " + SinkSettings.RETRY_TIMEOUT_MS
                            + " allows; bring it back and restart the task: "
                            + unavailable.getMessage(),
                    unavailable);
        }
        if (first) {
            LOG.warn("{} is unavailable and will be tried again: {}", storeName, unavailable.getMessage());
        }
        metrics.retried();
        pause();
        context.timeout(wait.getAsLong());
    }

    /** What is polled during an outage would only lie in memory. */
    private void pause() {
        Set<TopicPartition> more = new HashSet<>(positions.all());
        more.removeAll(paused);
        if (!more.isEmpty()) {
            paused.addAll(more);
            context.pause(more.toArray(TopicPartition[]::new));
            metrics.paused(paused.size());
        }
    }

    private void available() {
        OptionalLong outage = retries.succeeded();
        if (outage.isPresent()) {
            LOG.info("{} is available again after {} ms", storeName, outage.getAsLong());
        }
        metrics.available();
        if (!paused.isEmpty()) {
            context.resume(paused.toArray(TopicPartition[]::new));
            paused.clear();
            metrics.paused(0);
        }
    }
}
