package io.millrace.connect.redis;

import io.millrace.connect.commons.LedgerEntry;
import io.millrace.connect.commons.RejectedRecord;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** How batches get into one running Redis. One batch is on its way at a time, while the next one is encoded. */
interface Delivery extends AutoCloseable {

    /** Whether every server is still the one that was connected to. */
    boolean isSameServer();

    /** As {@link io.millrace.connect.commons.Store#readLedger} says. */
    Map<TopicPartition, LedgerEntry> readLedger(List<TopicPartition> partitions);

    /** Writes the batch and its entries down as commands. Nothing is sent yet. */
    Encoded encode(Batch batch, Map<TopicPartition, LedgerEntry> entries);

    /**
     * A batch as commands.
     *
     * @param batch what it came from
     * @param entries the ledger of it
     * @param buffers the commands, in a form of the delivery's own
     * @param bytes size of all
     */
    record Encoded(Batch batch, Map<TopicPartition, LedgerEntry> entries, Object buffers, long bytes) {}

    /**
     * Sends a batch.
     *
     * @throws io.millrace.connect.commons.FencedFailure when it is known already that a newer task owns partitions
     */
    void send(Encoded batch);

    /** Whether waiting for the replies to what was sent would be short. */
    boolean isAnswered(Encoded batch);

    /**
     * Waits for the replies to what was sent. The batch and its ledger are in Redis when this returns.
     *
     * @return the records that Redis refused for good
     * @throws io.millrace.connect.commons.FencedFailure when a newer task owns partitions; nothing was written
     */
    List<RejectedRecord> receive(Encoded batch);

    @Override
    void close();
}
