package io.millrace.connect.redis;

import io.millrace.connect.commons.LedgerEntry;
import io.millrace.connect.commons.RejectedRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** At least once on one server: the changes and then their ledger, without a transaction. */
final class Pipelines implements Delivery {

    /** {@code :1} and {@code +OK} with their line ends. */
    private static final int SMALLEST_REPLY_BYTES = 4;

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
        if (batch.usesScripts()) {
            out.command(3).part("SCRIPT").part("LOAD").part(HashScript.TEXT);
        }
        batch.encode(out, joinsStrings);
        entries.forEach((partition, entry) -> ledger.write(partition, entry, out));
        return new Encoded(batch, entries, out, out.size());
    }

    @Override
    public void send(Encoded batch) {
        session.transport().send((RespBuffer) batch.buffers());
    }

    @Override
    public boolean isAnswered(Encoded batch) {
        return session.transport().available() >= SMALLEST_REPLY_BYTES * ((RespBuffer) batch.buffers()).commands();
    }

    @Override
    public List<RejectedRecord> receive(Encoded batch) {
        List<Object> replies = session.transport().receive(((RespBuffer) batch.buffers()).commands());
        int first = batch.batch().usesScripts() ? 1 : 0;
        if (first == 1 && replies.get(0) instanceof RedisError error) {
            throw error.failure(session.address());
        }
        List<RejectedRecord> rejected = batch.batch()
                .rejected(replies.subList(first, replies.size()), error -> error.refusal(session.address(), false));
        for (Object reply : replies.subList(replies.size() - batch.entries().size(), replies.size())) {
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
