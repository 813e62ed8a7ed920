package io.millrace.connect.redis;

import io.millrace.connect.commons.FencedFailure;
import io.millrace.connect.commons.LedgerEntry;
import io.millrace.connect.commons.RejectedRecord;
import io.millrace.connect.commons.RetriableFailure;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Exactly once on one server: a batch and its ledger are one transaction, which runs only while this task owns the
 * partitions.
 *
 * <pre>
 *   MULTI, changes, ledger, EXEC, WATCH ledger keys, HGET epochs      sent in one go
 * </pre>
 *
 * <p>A transaction cannot look before it writes, so the look comes at the end of the batch before: from the WATCH on, any
 * write to a ledger key by somebody else makes the next EXEC do nothing, and the epochs that follow the WATCH show whether
 * somebody came before it. This costs no round trip.
 */
final class Transactions implements Delivery {

    /** Each command in a transaction is answered with {@code +QUEUED} first. */
    private static final int QUEUED_BYTES = 9;

    private final RedisSession session;
    private final RedisLedger ledger;
    private final Ownership ownership;
    private final Clock clock;
    private final boolean joinsStrings;
    private final RespBuffer[] buffers = {new RespBuffer(), new RespBuffer()};
    private int nextBuffer;
    private Set<TopicPartition> lost = Set.of();
    private List<TopicPartition> watched = List.of();

    Transactions(RedisSession session, RedisLedger ledger, Ownership ownership, Clock clock, boolean joinsStrings) {
        this.session = session;
        this.ledger = ledger;
        this.ownership = ownership;
        this.clock = clock;
        this.joinsStrings = joinsStrings;
    }

    @Override
    public boolean isSameServer() {
        return session.isSameServer();
    }

    @Override
    public Map<TopicPartition, LedgerEntry> readLedger(List<TopicPartition> partitions) {
        List<RedisCommand> claims = new ArrayList<>();
        // Claiming writes to keys that may be watched already.
        claims.add(RedisCommand.of("UNWATCH"));
        partitions.forEach(
                partition -> claims.add(ledger.claim(partition, ownership.epoch(partition), clock.millis())));
        List<Object> replies = session.read(claims);
        Map<TopicPartition, LedgerEntry> entries = new HashMap<>();
        Set<TopicPartition> taken = new HashSet<>();
        for (int i = 0; i < partitions.size(); i++) {
            TopicPartition partition = partitions.get(i);
            List<?> reply = (List<?>) replies.get(1 + i);
            long epoch = number(reply.get(0));
            if (ownership.epoch(partition) == 0) {
                ownership.took(partition, epoch);
            } else if (epoch > ownership.epoch(partition)) {
                taken.add(partition);
            }
            ledger.entry(partition, (List<?>) reply.get(1)).ifPresent(entry -> entries.put(partition, entry));
        }
        if (!taken.isEmpty()) {
            ownership.release(taken);
        }
        watch();
        if (!taken.isEmpty()) {
            throw new FencedFailure(taken);
        }
        return entries;
    }

    @Override
    public Encoded encode(Batch batch, Map<TopicPartition, LedgerEntry> entries) {
        RespBuffer out = buffers[nextBuffer];
        nextBuffer = 1 - nextBuffer;
        out.reset();
        out.command(1).part("MULTI");
        batch.encode(out, joinsStrings, true);
        entries.forEach((partition, entry) -> ledger.write(partition, entry, out));
        out.command(1).part("EXEC");
        return new Encoded(batch, entries, out, out.size());
    }

    @Override
    public void send(Encoded batch) {
        if (!watched.equals(List.copyOf(ownership.partitions()))) {
            // Partitions have been given back, and their next owner is going to write to their ledger.
            session.read(List.of(RedisCommand.of("UNWATCH")));
            watch();
        }
        if (!lost.isEmpty()) {
            throw fenced();
        }
        RespBuffer out = (RespBuffer) batch.buffers();
        appendWatch(out);
        session.transport().send(out);
    }

    @Override
    public boolean isAnswered(Encoded batch) {
        return session.transport().available() >= QUEUED_BYTES * ((RespBuffer) batch.buffers()).commands();
    }

    @Override
    public List<RejectedRecord> receive(Encoded batch) {
        RespBuffer out = (RespBuffer) batch.buffers();
        int queued = out.commands() - watched.size() - (watched.isEmpty() ? 0 : 1);
        List<Object> replies = session.transport().receive(out.commands());
        Object executed = replies.get(queued - 1);
        if (executed instanceof RedisError) {
            RedisError.refuseQueued(replies.subList(0, queued), session.address());
        }
        Map<TopicPartition, Long> epochs = epochs(replies.subList(out.commands() - watched.size(), out.commands()));
        lost = Set.copyOf(ownership.lost(epochs));
        if (!(executed instanceof List<?> results)) {
            if (lost.isEmpty()) {
                throw new RetriableFailure(
                        "somebody has changed the ledger of this connector in Redis at " + session.address(), null);
            }
            throw fenced();
        }
        refuseBrokenLedger(results.subList(results.size() - batch.entries().size(), results.size()));
        return batch.batch().rejected(results, error -> error.refusal(session.address(), true));
    }

    @Override
    public void close() {
        session.close();
    }

    private FencedFailure fenced() {
        Set<TopicPartition> taken = lost;
        lost = Set.of();
        ownership.release(taken);
        return new FencedFailure(taken);
    }

    private void watch() {
        RespBuffer out = new RespBuffer();
        appendWatch(out);
        if (out.commands() == 0) {
            lost = Set.of();
            return;
        }
        session.transport().send(out);
        List<Object> replies = session.transport().receive(out.commands());
        RedisError.refuseQueued(replies, session.address());
        lost = Set.copyOf(ownership.lost(epochs(replies.subList(1, replies.size()))));
    }

    private void appendWatch(RespBuffer out) {
        watched = List.copyOf(ownership.partitions());
        if (watched.isEmpty()) {
            return;
        }
        out.command(1 + watched.size()).part("WATCH");
        watched.forEach(partition -> out.part(ledger.key(partition)));
        watched.forEach(partition ->
                out.command(3).part("HGET").part(ledger.key(partition)).part(RedisLedger.EPOCH));
    }

    private Map<TopicPartition, Long> epochs(List<Object> replies) {
        Map<TopicPartition, Long> epochs = new LinkedHashMap<>();
        for (int i = 0; i < watched.size(); i++) {
            epochs.put(watched.get(i), replies.get(i) instanceof byte[] ? number(replies.get(i)) : null);
        }
        return epochs;
    }

    private void refuseBrokenLedger(List<?> results) {
        for (Object result : results) {
            if (result instanceof RedisError error) {
                throw RedisLedger.broken(error, session.address());
            }
        }
    }

    private static long number(Object reply) {
        return Long.parseLong(new String((byte[]) reply, StandardCharsets.US_ASCII));
    }
}
