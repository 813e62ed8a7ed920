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
                List<?> reply =
                        (List<?>) session.read(List.of(ledger.read(partition))).get(0);
                ledger.entry(partition, reply).ifPresent(entry -> entries.put(partition, entry));
                continue;
            }
            long mine = ownership.epoch(partition);
            List<?> reply = (List<?>) session.read(List.of(ledger.claim(partition, mine, clock.millis())))
                    .get(0);
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
            if (node.getValue().usesScripts()) {
                commands.command(3).part("SCRIPT").part("LOAD").part(HashScript.TEXT);
            }
            node.getValue().encode(commands, false);
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
            List<Object> replies = session.transport().receive(part.commands().commands());
            int first = part.batch().usesScripts() ? 1 : 0;
            if (first == 1 && replies.get(0) instanceof RedisError error) {
                throw error.failure(session.address());
            }
            rejected.addAll(part.batch()
                    .rejected(
                            replies.subList(first, replies.size()), error -> error.refusal(session.address(), false)));
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
            session.transport().send(command);
            Object reply = session.transport().receive(1).get(0);
            if (reply instanceof RedisError error) {
                throw RedisLedger.broken(error, session.address());
            }
            if (fences && Long.valueOf(0).equals(reply)) {
                taken.add(partition);
            }
        });
        fence(taken);
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
