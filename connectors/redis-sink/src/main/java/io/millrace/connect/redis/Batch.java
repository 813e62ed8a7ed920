package io.millrace.connect.redis;

import io.millrace.connect.commons.RecordFailure;
import io.millrace.connect.commons.RejectedRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.connect.sink.SinkRecord;

/** The changes that go to Redis together: per key in order and coalesced, messages to channels last. */
final class Batch {

    private final Map<String, KeyChanges> keys = new LinkedHashMap<>();
    private final List<Message> messages = new ArrayList<>();
    private int records;
    private long bytes;
    private boolean scripts;
    private long oldestEventMs = Long.MAX_VALUE;
    private boolean joined;

    private record Message(String channel, Change.Publish publish, SinkRecord record) {}

    void delete(String key) {
        bytes += key.length();
        keys.computeIfAbsent(key, unused -> new KeyChanges()).delete();
    }

    /** @param size about how many bytes the change is, for the limit */
    void add(String key, Change change, SinkRecord record, long size) {
        bytes += key.length() + size;
        if (change instanceof Change.Publish publish) {
            messages.add(new Message(key, publish, record));
        } else {
            scripts |= change.isScript();
            keys.computeIfAbsent(key, unused -> new KeyChanges()).add(change, record);
        }
    }

    /** A record is part of the batch, whether it changes anything or not. */
    void took(SinkRecord record) {
        records++;
        if (record.timestamp() != null) {
            oldestEventMs = Math.min(oldestEventMs, record.timestamp());
        }
    }

    boolean isFull(int maxRecords, int maxBytes) {
        return records >= maxRecords || bytes >= maxBytes;
    }

    int records() {
        return records;
    }

    /** Epoch milliseconds; {@link Long#MAX_VALUE} when no record has a time. */
    long oldestEventMs() {
        return oldestEventMs;
    }

    /** Whether {@link HashScript} has to be there. */
    boolean usesScripts() {
        return scripts;
    }

    /** The part of each node, where keys are told apart by the function. */
    <N> Map<N, Batch> split(Function<String, N> nodes) {
        Map<N, Batch> parts = new LinkedHashMap<>();
        keys.forEach((key, changes) -> {
            Batch part = parts.computeIfAbsent(nodes.apply(key), node -> new Batch());
            part.keys.put(key, changes);
            part.scripts |= scripts;
        });
        messages.forEach(message -> parts.computeIfAbsent(nodes.apply(message.channel), node -> new Batch())
                .messages
                .add(message));
        return parts;
    }

    /** @param joinsStrings whether strings of different keys may be one command, which costs Redis a third of many */
    void encode(RespBuffer out, boolean joinsStrings) {
        int strings = joinsStrings ? plainStrings() : 0;
        joined = strings > 1;
        if (joined) {
            out.command(1 + 2 * strings).part("MSET");
            keys.forEach((key, changes) -> {
                Object value = changes.plainString();
                if (value != null) {
                    out.part(key).part(value);
                }
            });
        }
        if (!joined || strings < keys.size()) {
            keys.forEach((key, changes) -> {
                if (!isJoined(changes)) {
                    changes.encode(key, out);
                }
            });
        }
        messages.forEach(message -> message.publish.encode(message.channel, out));
    }

    private int plainStrings() {
        int strings = 0;
        for (KeyChanges changes : keys.values()) {
            strings += changes.plainString() == null ? 0 : 1;
        }
        return strings;
    }

    private boolean isJoined(KeyChanges changes) {
        return joined && changes.plainString() != null;
    }

    /**
     * Reads the replies to {@link #encode}, which may be followed by others.
     *
     * @param refusal what an error reply means for the records of the command; throws when it is not about them
     * @return the records that Redis refused
     */
    List<RejectedRecord> rejected(List<?> replies, Function<RedisError, RecordFailure> refusal) {
        List<RejectedRecord> rejected = new ArrayList<>(0);
        if (replies.stream().noneMatch(RedisError.class::isInstance)) {
            return rejected;
        }
        int next = 0;
        if (joined) {
            for (KeyChanges changes : keys.values()) {
                if (isJoined(changes)) {
                    refuse(replies, 0, 1, changes.steps().get(0).records(), refusal, rejected);
                }
            }
            next++;
        }
        for (KeyChanges changes : keys.values()) {
            if (isJoined(changes)) {
                continue;
            }
            if (changes.deletesFirst()) {
                refuse(replies, next, next + 1, List.of(), refusal, rejected);
                next++;
            }
            for (KeyChanges.Step step : changes.steps()) {
                int end = next + step.change().commands();
                refuse(replies, next, end, step.records(), refusal, rejected);
                next = end;
            }
        }
        for (Message message : messages) {
            refuse(replies, next, next + 1, List.of(message.record), refusal, rejected);
            next++;
        }
        return rejected;
    }

    private static void refuse(
            List<?> replies,
            int from,
            int to,
            List<SinkRecord> records,
            Function<RedisError, RecordFailure> refusal,
            List<RejectedRecord> rejected) {
        for (int i = from; i < to; i++) {
            if (replies.get(i) instanceof RedisError error) {
                RecordFailure failure = refusal.apply(error);
                records.forEach(record -> rejected.add(new RejectedRecord(record, failure)));
                return;
            }
        }
    }
}
