package io.millrace.connect.redis;

import io.millrace.connect.commons.LedgerEntry;
import io.millrace.connect.commons.RejectedRecord;
import io.millrace.connect.commons.RetriableFailure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * At least once on one server: the changes and then their ledger, without a transaction, unless hashes are replaced: nobody
 * shall find one that has been deleted and not been written yet.
 */
final class Pipelines implements Delivery {

    /** {@code :1} with its line end. */
    private static final int SMALLEST_REPLY_BYTES = 4;
    /** {@code +QUEUED} with its line end. */
    private static final int QUEUED_BYTES = 9;

    private final RedisSession session;
    private final RedisLedger ledger;
    private final boolean joinsStrings;
    private final RespBuffer[] buffers = {new RespBuffer(), new RespBuffer()};
    private int nextBuffer;

    Pipelines(RedisSession session, RedisLedger ledger, boolean joinsStrings) {
        this.session = session;
        this.ledger = ledger;
        this.joinsStrings = joinsStrings;
    }

    @Override
    public boolean isSameServer() {
        return session.isSameServer();
    }

    @Override
    public Map<TopicPartition, LedgerEntry> readLedger(List<TopicPartition> partitions) {
        List<Object> replies =
                session.read(partitions.stream().map(ledger::read).toList());
        Map<TopicPartition, LedgerEntry> entries = new HashMap<>();
        for (int i = 0; i < partitions.size(); i++) {
            TopicPartition partition = partitions.get(i);
            ledger.entry(partition, (List<?>) replies.get(i)).ifPresent(entry -> entries.put(partition, entry));
        }
        return entries;
    }

    @Override
    public Encoded encode(Batch batch, Map<TopicPartition, LedgerEntry> entries) {
        RespBuffer out = buffers[nextBuffer];
        nextBuffer = 1 - nextBuffer;
        out.reset();
        boolean transaction = batch.replacesHashes();
        if (transaction) {
            out.command(1).part("MULTI");
        }
        batch.encode(out, joinsStrings, transaction);
        if (transaction) {
            out.command(1).part("EXEC");
        }
        entries.forEach((partition, entry) -> ledger.write(partition, entry, out));
        return new Encoded(batch, entries, out, out.size());
    }

    @Override
    public void send(Encoded batch) {
        session.transport().send((RespBuffer) batch.buffers());
    }

    @Override
    public boolean isAnswered(Encoded batch) {
        int smallest = batch.batch().replacesHashes() ? QUEUED_BYTES : SMALLEST_REPLY_BYTES;
        return session.transport().available() >= smallest * ((RespBuffer) batch.buffers()).commands();
    }

    @Override
    public List<RejectedRecord> receive(Encoded batch) {
        List<Object> replies = session.transport().receive(((RespBuffer) batch.buffers()).commands());
        int ledgers = batch.entries().size();
        List<Object> written = replies.subList(0, replies.size() - ledgers);
        boolean transaction = batch.batch().replacesHashes();
        if (transaction) {
            Object executed = written.get(written.size() - 1);
            if (!(executed instanceof List<?>)) {
                RedisError.refuseQueued(written, session.address());
                throw new RetriableFailure("Redis at " + session.address() + " gave a transaction up", null);
            }
        }
        List<?> results = transaction ? (List<?>) written.get(written.size() - 1) : written;
        List<RejectedRecord> rejected =
                batch.batch().rejected(results, error -> error.refusal(session.address(), transaction));
        for (Object reply : replies.subList(replies.size() - ledgers, replies.size())) {
            if (reply instanceof RedisError error) {
                throw RedisLedger.broken(error, session.address());
            }
        }
        return rejected;
    }

    @Override
    public void close() {
        session.close();
    }
}
