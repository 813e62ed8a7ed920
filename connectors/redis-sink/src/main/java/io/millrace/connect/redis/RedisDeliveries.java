package io.millrace.connect.redis;

import io.millrace.connect.commons.FatalFailure;
import io.millrace.connect.commons.SinkFailure;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** Connects, finds out what is there, and chooses how to deliver. */
final class RedisDeliveries implements RedisStore.Deliveries {

    private final RedisSinkConfig config;
    private final RedisConnections connections;
    private final RedisLedger ledger;
    private final Ownership ownership;
    private final Clock clock;
    private final Map<String, Optional<SlotTag>> tags = new HashMap<>();

    RedisDeliveries(
            RedisSinkConfig config,
            RedisConnections connections,
            RedisLedger ledger,
            Ownership ownership,
            Clock clock) {
        this.config = config;
        this.connections = connections;
        this.ledger = ledger;
        this.ownership = ownership;
        this.clock = clock;
    }

    @Override
    public Delivery open() {
        RedisSession session = RedisSession.of(config.address().toString(), connections.open());
        try {
            CommandCheck check = new CommandCheck(config, ledger);
            Optional<CommandCheck.Refused> unfit = session.isCluster() ? check.notForClusters() : Optional.empty();
            if (unfit.isPresent()) {
                throw new FatalFailure(unfit.get().setting(), unfit.get().reason(), null);
            }
            Optional<CommandCheck.Refused> refused = check.first(session);
            if (refused.isPresent()) {
                throw failure(refused.get(), session.address());
            }
            if (session.isCluster()) {
                String host = config.address().servers().get(0).getHost();
                ClusterSlots slots = ClusterSlots.ask(session, host);
                session.close();
                if (config.isExactlyOnce()) {
                    return new SlottedDelivery(
                            connections, slots, ledger.tagged(this::tag), ownership, clock, this::tag);
                }
                return new ClusterDelivery(connections, slots, ledger, ownership, false, clock);
            }
            boolean joinsStrings = check.joinsStrings(session);
            return config.isExactlyOnce()
                    ? new Transactions(session, ledger, ownership, clock, joinsStrings)
                    : new Pipelines(session, ledger, joinsStrings);
        } catch (RuntimeException failed) {
            session.close();
            throw failed;
        }
    }

    /** The text in braces of a partition's keys, when there is one that all of them share. */
    private Optional<String> tag(TopicPartition partition) {
        return tags.computeIfAbsent(
                        partition.topic(),
                        topic -> SlotTag.of(config.topic(topic).key().toString()))
                .map(tag -> tag.of(partition));
    }

    private static SinkFailure failure(CommandCheck.Refused refused, String address) {
        SinkFailure failure = refused.error().failure(address);
        return failure instanceof FatalFailure ? new FatalFailure(refused.setting(), refused.reason(), null) : failure;
    }
}
