package io.millrace.connect.redis;

import io.millrace.connect.commons.FencedFailure;
import io.millrace.connect.commons.LedgerEntry;
import io.millrace.connect.commons.RejectedRecord;
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
import redis.clients.jedis.HostAndPort;

/**
 * A cluster has no transaction over slots: each node gets its part of a batch as a pipeline, all at the same time, and the
 * ledger follows when every part has been answered. What is repeated after a failure has to be idempotent, therefore.
 *
 * <p>With epochs, an older task cannot write the ledger of a newer one and stops when it finds that out, which is at the end
 * of the batch that it is in the middle of.
 */
final class ClusterDelivery implements Delivery {

    private final RedisConnections connections;
    private final ClusterSlots slots;
    private final RedisLedger ledger;
    private final Ownership ownership;
    private final boolean fences;
    private final Clock clock;
    private final Map<HostAndPort, RedisSession> sessions = new HashMap<>();

    /** A node's part of a batch. */
    private record Part(Batch batch, RespBuffer commands) {}

    /** @param fences whether an older task is to be stopped */
    ClusterDelivery(
            RedisConnections connections,
            ClusterSlots slots,
            RedisLedger ledger,
            Ownership ownership,
            boolean fences,
            Clock clock) {
        this.connections = connections;
        this.slots = slots;
        this.ledger = ledger;
        this.ownership = ownership;
        this.fences = fences;
        this.clock = clock;
    }

    @Override
    public boolean isSameServer() {
        return sessions.values().stream().allMatch(RedisSession::isSameServer);
    }

    @Override
    public Map<TopicPartition, LedgerEntry> readLedger(List<TopicPartition> partitions) {
        Map<TopicPartition, LedgerEntry> entries = new HashMap<>();
        Set<TopicPartition> taken = new HashSet<>();
        for (TopicPartition partition : partitions) {
            RedisSession session = session(slots.of(ledger.key(partition)));
            if (!fences) {
                List<?> reply = (List<?>) ask(session, ledger.read(partition));
                ledger.entry(partition, reply).ifPresent(entry -> entries.put(partition, entry));
                continue;
            }
            long mine = ownership.epoch(partition);
            List<?> reply = (List<?>) ask(session, ledger.claim(partition, mine, clock.millis()));
            long epoch = Long.parseLong(new String((byte[]) reply.get(0), StandardCharsets.US_ASCII));
            if (mine != 0 && epoch > mine) {
                taken.add(partition);
            } else {
                ownership.took(partition, epoch);
                ledger.entry(partition, (List<?>) reply.get(1)).ifPresent(entry -> entries.put(partition, entry));
            }
        }
        fence(taken);
        return entries;
    }

    @Override
    public Encoded encode(Batch batch, Map<TopicPartition, LedgerEntry> entries) {
        Map<HostAndPort, Part> parts = new LinkedHashMap<>();
        long bytes = 0;
        for (Map.Entry<HostAndPort, Batch> node : batch.split(slots::of).entrySet()) {
            RespBuffer commands = new RespBuffer();
            node.getValue().encode(commands, false, false);
            parts.put(node.getKey(), new Part(node.getValue(), commands));
            bytes += commands.size();
        }
        return new Encoded(batch, entries, parts, bytes);
    }

    @Override
    public void send(Encoded batch) {
        parts(batch).forEach((node, part) -> session(node).transport().send(part.commands()));
    }

    @Override
    public boolean isAnswered(Encoded batch) {
        return false;
    }

    @Override
    public List<RejectedRecord> receive(Encoded batch) {
        List<RejectedRecord> rejected = new ArrayList<>();
        parts(batch).forEach((node, part) -> {
            RedisSession session = session(node);
            List<Object> replies =
                    new ArrayList<>(session.transport().receive(part.commands().commands()));
            followAsk(node.getHost(), part.commands(), replies);
            rejected.addAll(part.batch().rejected(replies, error -> error.refusal(session.address(), false)));
        });
        writeLedger(batch.entries());
        return rejected;
    }

    @Override
    public void close() {
        sessions.values().forEach(RedisSession::close);
        sessions.clear();
    }

    private void writeLedger(Map<TopicPartition, LedgerEntry> entries) {
        Set<TopicPartition> taken = new HashSet<>();
        entries.forEach((partition, entry) -> {
            RespBuffer command = new RespBuffer();
            if (fences) {
                ledger.writeIfOwned(partition, ownership.epoch(partition), entry, command);
            } else {
                ledger.write(partition, entry, command);
            }
            RedisSession session = session(slots.of(ledger.key(partition)));
            Object reply = exchange(session, command);
            if (reply instanceof RedisError error) {
                throw RedisLedger.broken(error, session.address());
            }
            if (fences && Long.valueOf(0).equals(reply)) {
                taken.add(partition);
            }
        });
        fence(taken);
    }

    private Object ask(RedisSession session, RedisCommand command) {
        Object reply = exchange(session, new RespBuffer().command(command));
        if (reply instanceof RedisError error) {
            throw error.failure(session.address());
        }
        return reply;
    }

    private Object exchange(RedisSession session, RespBuffer command) {
        session.transport().send(command);
        List<Object> replies = new ArrayList<>(session.transport().receive(1));
        followAsk(session.host(), command, replies);
        return replies.get(0);
    }

    /**
     * While a slot moves, its old node sends those who ask for a key that it does not have any more, or not yet, to the new
     * one. All commands of such a key are repeated there, in their order, and their replies put in the place of the errors.
     */
    private void followAsk(String host, RespBuffer commands, List<Object> replies) {
        Map<HostAndPort, List<Integer>> moved = new LinkedHashMap<>();
        for (int i = 0; i < replies.size(); i++) {
            if (replies.get(i) instanceof RedisError error) {
                int place = i;
                error.askAt(host).ifPresent(node -> moved.computeIfAbsent(node, each -> new ArrayList<>())
                        .add(place));
            }
        }
        if (moved.isEmpty()) {
            return;
        }
        List<byte[]> each = commands.split();
        moved.forEach((node, places) -> {
            RespBuffer again = new RespBuffer();
            RedisScript.REPLACE.load(again);
            RedisScript.EXPIRE.load(again);
            places.forEach(place -> again.command(1).part("ASKING").encoded(each.get(place)));
            RedisSession session = session(node);
            session.transport().send(again);
            List<Object> answers = session.transport().receive(again.commands());
            for (int i = 0; i < places.size(); i++) {
                replies.set(places.get(i), answers.get(3 + 2 * i));
            }
        });
    }

    private void fence(Set<TopicPartition> taken) {
        if (!taken.isEmpty()) {
            ownership.release(taken);
            throw new FencedFailure(taken);
        }
    }

    private RedisSession session(HostAndPort node) {
        return sessions.computeIfAbsent(node, each -> RedisSession.of(each.toString(), connections.open(each)));
    }

    @SuppressWarnings("unchecked")
    private static Map<HostAndPort, Part> parts(Encoded batch) {
        return (Map<HostAndPort, Part>) batch.buffers();
    }
}
