package io.millrace.connect.commons;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/** What a sink keeps its data and its ledger in. Used by one thread. */
public interface Store extends AutoCloseable {

    /**
     * Makes sure that the store can be used.
     *
     * @param idle whether there is nothing to write, so that a silent connection has to be probed
     * @return true when what the store holds may differ from what was written through this object (first use, a new
     *     connection, a restarted server), so that the ledger has to be read again
     * @throws RetriableFailure when the store does not answer now
     * @throws FatalFailure when it refuses this client
     */
    boolean connect(boolean idle);

    /**
     * The entries that the store has for these partitions; a partition without one is left out. A store that fences takes
     * the partitions over with this, unless it has done so since they were assigned.
     *
     * @throws FencedFailure when a newer task has taken partitions over in the meantime
     */
    Map<TopicPartition, LedgerEntry> readLedger(Collection<TopicPartition> partitions);

    /**
     * Writes the records in order, together with the ledger. Everything is written or rejected when this returns, apart
     * from what is left on its way until {@link #settle()}; after an exception any prefix may have been written, and the
     * same records may be given again.
     *
     * @param rejected takes the records that can never be written, each as soon as that is settled: when its ledger is in
     *     the store it may not come again
     * @throws FencedFailure when partitions belong to a newer task; the records of the others have to be given again
     */
    void write(List<SinkRecord> records, LedgerBook ledger, Consumer<RejectedRecord> rejected);

    /**
     * Waits for what {@link #write} has left on its way. Any other method may do so as well. Throws as {@code write} does;
     * what was on its way is then forgotten here, and the ledger tells what the store has of it.
     */
    default void settle() {}

    /** Whether nothing is on its way. */
    default boolean isSettled() {
        return true;
    }

    /** The partitions are no longer assigned to this task. */
    default void release(Collection<TopicPartition> partitions) {}

    /** Frees connections; may be called more than once. */
    @Override
    void close();
}
