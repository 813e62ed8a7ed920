package io.millrace.connect.redis;

import io.millrace.connect.commons.FatalFailure;
import io.millrace.connect.commons.FencedFailure;
import io.millrace.connect.commons.LedgerEntry;
import io.millrace.connect.commons.RejectedRecord;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import redis.clients.jedis.HostAndPort;

/**
 * Exactly once in a cluster, for the topics whose keys carry a {@link SlotTag}: their data and their ledger are in one slot,
 * so each tag has its own {@link Transactions}, on a connection of its own as WATCH belongs to a connection. The other
 * topics go the way of {@link ClusterDelivery}.
 */
final class SlottedDelivery implements Delivery {

    /** The part of a batch that has no tag. */
    private static final String NONE = "";

    private final RedisConnections connections;
    private final ClusterSlots slots;
    private final RedisLedger ledger;
    private final Ownership ownership;
    private final Clock clock;
    private final Function<TopicPartition, Optional<String>> tags;
    private final ClusterDelivery others;
    private final Map<String, Delivery> byTag = new HashMap<>();

    /** The parts of a batch by their tag. */
    private record Parts(Map<String, Encoded> byTag) {}

    /** @param tags the tag of a partition; nothing when its topic has none */
    SlottedDelivery(
            RedisConnections connections,
            ClusterSlots slots,
            RedisLedger ledger,
            Ownership ownership,
            Clock clock,
            Function<TopicPartition, Optional<String>> tags) {
        this.connections = connections;
        this.slots = slots;
        this.ledger = ledger;
        this.ownership = ownership;
        this.clock = clock;
        this.tags = tags;
        this.others = new ClusterDelivery(connections, slots, ledger, ownership, true, clock);
        byTag.put(NONE, others);
    }

    @Override
    public boolean isSameServer() {
        return byTag.values().stream().allMatch(Delivery::isSameServer);
    }

    @Override
    public Map<TopicPartition, LedgerEntry> readLedger(List<TopicPartition> partitions) {
        Map<String, List<TopicPartition>> groups = new LinkedHashMap<>();
        partitions.forEach(partition ->
                groups.computeIfAbsent(tag(partition), tag -> new ArrayList<>()).add(partition));
        Map<TopicPartition, LedgerEntry> entries = new HashMap<>();
        Set<TopicPartition> taken = new HashSet<>();
        groups.forEach((tag, group) -> {
            try {
                entries.putAll(delivery(tag).readLedger(group));
            } catch (FencedFailure lost) {
                taken.addAll(lost.partitions());
            }
        });
        if (!taken.isEmpty()) {
            throw new FencedFailure(taken);
        }
        return entries;
    }

    @Override
    public Encoded encode(Batch batch, Map<TopicPartition, LedgerEntry> entries) {
        Map<String, Map<TopicPartition, LedgerEntry>> ledgers = new LinkedHashMap<>();
        entries.forEach((partition, entry) -> ledgers.computeIfAbsent(tag(partition), tag -> new LinkedHashMap<>())
                .put(partition, entry));
        Map<String, Batch> batches = batch.split(key -> ledgers.containsKey(SlotTag.in(key)) ? SlotTag.in(key) : NONE);
        if (batches.containsKey(NONE) && !ledgers.containsKey(NONE)) {
            throw new FatalFailure(
                    "A key does not have the slot tag of its partition; with a slot tag in key.template, a"
                            + " transform must not change the topic or the partition of a record");
        }
        Map<String, Encoded> parts = new LinkedHashMap<>();
        long bytes = 0;
        for (Map.Entry<String, Map<TopicPartition, LedgerEntry>> part : ledgers.entrySet()) {
            Batch some = batches.getOrDefault(part.getKey(), new Batch());
            Encoded encoded = delivery(part.getKey()).encode(some, part.getValue());
            parts.put(part.getKey(), encoded);
            bytes += encoded.bytes();
        }
        return new Encoded(batch, entries, new Parts(parts), bytes);
    }

    @Override
    public void send(Encoded batch) {
        parts(batch).forEach((tag, part) -> delivery(tag).send(part));
    }

    @Override
    public boolean isAnswered(Encoded batch) {
        return parts(batch).entrySet().stream()
                .allMatch(part -> delivery(part.getKey()).isAnswered(part.getValue()));
    }

    @Override
    public List<RejectedRecord> receive(Encoded batch) {
        List<RejectedRecord> rejected = new ArrayList<>(0);
        parts(batch).forEach((tag, part) -> rejected.addAll(delivery(tag).receive(part)));
        return rejected;
    }

    @Override
    public void close() {
        byTag.values().forEach(Delivery::close);
    }

    private Delivery delivery(String tag) {
        return byTag.computeIfAbsent(tag, each -> {
            HostAndPort node = slots.of("{" + each + "}");
            Ownership part = ownership.part(partition -> tag(partition).equals(each));
            return new Transactions(
                    RedisSession.of(node.toString(), connections.open(node)), ledger, part, clock, true);
        });
    }

    private String tag(TopicPartition partition) {
        return tags.apply(partition).orElse(NONE);
    }

    private static Map<String, Encoded> parts(Encoded batch) {
        return ((Parts) batch.buffers()).byTag();
    }
}
