package io.millrace.connect.redis;

import io.millrace.connect.commons.FatalFailure;
import io.millrace.connect.commons.LedgerEntry;
import io.millrace.connect.commons.SinkFailure;
import io.millrace.connect.commons.ValueText;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/**
 * The ledger as hashes {@code millrace:ledger:CONNECTOR:TOPIC:PARTITION}. Field {@code epoch} is the task that owns the
 * partition: each one that takes it over writes a greater number, and an older task that finds it stops.
 */
final class RedisLedger {

    static final String EPOCH = "epoch";

    /**
     * Takes a partition over and returns the owner's epoch and the entry. A task that has an epoch keeps it, and writes it
     * back to a server that has lost it. A new one is never smaller than the time, so that it is greater than that of an
     * older task even on a server that has lost everything.
     */
    private static final String CLAIM =
            """
            local stored = tonumber(redis.call('HGET', KEYS[1], 'epoch') or '0')
            local mine = tonumber(ARGV[1])
            if mine == 0 then mine = math.max(stored + 1, tonumber(ARGV[2])) end
            if stored < mine then
              stored = mine
              redis.call('HSET', KEYS[1], 'epoch', string.format('%.0f', mine))
            end
            return {string.format('%.0f', stored), redis.call('HMGET', KEYS[1], unpack(ARGV, 3))}
            """;

    private static final String WRITE_IF_OWNED =
            """
            if tonumber(redis.call('HGET', KEYS[1], 'epoch') or '0') > tonumber(ARGV[1]) then return 0 end
            redis.call('HSET', KEYS[1], 'epoch', ARGV[1], unpack(ARGV, 2))
            return 1
            """;

    private static final String[] FIELDS = {
        LedgerEntry.OFFSET,
        LedgerEntry.NEWEST_EVENT_TIME,
        LedgerEntry.NEWEST_RECEIVED_AT,
        LedgerEntry.COUNT,
        LedgerEntry.UPDATED_AT
    };

    private static final String PREFIX = "millrace:ledger:";

    private final String connector;
    private final Function<TopicPartition, Optional<String>> tags;

    RedisLedger(String connector) {
        this(connector, partition -> Optional.empty());
    }

    private RedisLedger(String connector, Function<TopicPartition, Optional<String>> tags) {
        this.connector = connector;
        this.tags = tags;
    }

    /** The ledger whose keys have the slot tag of their partition, {@code millrace:ledger:{TAG}:CONNECTOR:TOPIC:PARTITION}. */
    RedisLedger tagged(Function<TopicPartition, Optional<String>> newTags) {
        return new RedisLedger(connector, newTags);
    }

    String key(TopicPartition partition) {
        return PREFIX + tags.apply(partition).map(tag -> "{" + tag + "}:").orElse("") + connector + ":"
                + partition.topic() + ":" + partition.partition();
    }

    void write(TopicPartition partition, LedgerEntry entry, RespBuffer out) {
        List<String> arguments = new ArrayList<>(List.of("HSET", key(partition)));
        arguments.addAll(fields(entry));
        out.command(arguments.size());
        arguments.forEach(out::part);
    }

    /** Answers 0 when a newer task owns the partition, and writes nothing then. */
    void writeIfOwned(TopicPartition partition, long epoch, LedgerEntry entry, RespBuffer out) {
        List<String> arguments =
                new ArrayList<>(List.of("EVAL", WRITE_IF_OWNED, "1", key(partition), Long.toString(epoch)));
        arguments.addAll(fields(entry));
        out.command(arguments.size());
        arguments.forEach(out::part);
    }

    private static List<String> fields(LedgerEntry entry) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of(LedgerEntry.OFFSET, Long.toString(entry.offset())));
        arguments.addAll(List.of(LedgerEntry.COUNT, Long.toString(entry.count())));
        arguments.addAll(List.of(LedgerEntry.UPDATED_AT, ValueText.of(entry.updatedAt())));
        if (entry.newestEventTime() != null) {
            arguments.addAll(List.of(LedgerEntry.NEWEST_EVENT_TIME, ValueText.of(entry.newestEventTime())));
        }
        if (entry.newestReceivedAt() != null) {
            arguments.addAll(List.of(LedgerEntry.NEWEST_RECEIVED_AT, ValueText.of(entry.newestReceivedAt())));
        }
        return arguments;
    }

    /** @param epoch what this task took the partition over with; 0 when it has not yet */
    RedisCommand claim(TopicPartition partition, long epoch, long nowMs) {
        List<String> arguments =
                new ArrayList<>(List.of(CLAIM, "1", key(partition), Long.toString(epoch), Long.toString(nowMs)));
        arguments.addAll(List.of(FIELDS));
        return RedisCommand.of("EVAL", arguments.toArray(String[]::new));
    }

    RedisCommand read(TopicPartition partition) {
        List<String> arguments = new ArrayList<>(List.of(key(partition)));
        arguments.addAll(List.of(FIELDS));
        return RedisCommand.of("HMGET", arguments.toArray(String[]::new));
    }

    /** The entry in the reply to {@link #read}; nothing when there is none. */
    Optional<LedgerEntry> entry(TopicPartition partition, List<?> reply) {
        String offset = text(reply.get(0));
        if (offset == null) {
            return Optional.empty();
        }
        try {
            String count = text(reply.get(3));
            return Optional.of(new LedgerEntry(
                    Long.parseLong(offset),
                    instant(reply.get(1)),
                    instant(reply.get(2)),
                    count == null ? 0 : Long.parseLong(count),
                    instant(reply.get(4))));
        } catch (NumberFormatException | DateTimeException foreign) {
            throw new FatalFailure(
                    null,
                    "The ledger " + key(partition) + " in Redis was not written by this connector ("
                            + foreign.getMessage() + "); delete that key to have the topic read again from its start",
                    foreign);
        }
    }

    /** What to say about a ledger key that cannot be written. */
    static SinkFailure broken(RedisError error, String address) {
        return error.code().equals("WRONGTYPE")
                ? new FatalFailure("A ledger key (millrace:ledger:…) in Redis at " + address
                        + " is not a hash; delete it, or give the connector another name")
                : error.failure(address);
    }

    private static Instant instant(Object reply) {
        String text = text(reply);
        return text == null ? null : Instant.parse(text);
    }

    private static String text(Object reply) {
        return reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : null;
    }
}
