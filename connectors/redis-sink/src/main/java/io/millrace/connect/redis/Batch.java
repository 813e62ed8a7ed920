package io.millrace.connect.redis;

import io.millrace.connect.commons.RecordFailure;
import io.millrace.connect.commons.RejectedRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.connect.sink.SinkRecord;

/** The changes that go to Redis together: per key in order and coalesced, messages to channels last. */
final class Batch {

    private final Map<String, KeyChanges> keys = new LinkedHashMap<>();
    private final List<Message> messages = new ArrayList<>();
    private int records;
    private long bytes;
    private boolean scripts;
    private boolean expires;
    private long oldestEventMs = Long.MAX_VALUE;
    private Encoding encoding;

    /**
     * What commands come before those of single keys.
     *
     * @param scripts how many scripts are loaded
     * @param joined whether the strings are one command
     * @param cleared whether the hashes that are replaced are deleted by one command
     */
    private record Encoding(int scripts, boolean joined, boolean cleared) {}

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
            expires |= change.expires() || (change instanceof Change.ReplaceHash replace && replace.ttlMs() > 0);
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

    /** Whether hashes are replaced, which takes several commands where they share a server. */
    boolean replacesHashes() {
        return scripts && keys.values().stream().anyMatch(KeyChanges::replacesHash);
    }

    /** The part of each node, where keys are told apart by the function. */
    <N> Map<N, Batch> split(Function<String, N> nodes) {
        Map<N, Batch> parts = new LinkedHashMap<>();
        keys.forEach((key, changes) -> {
            Batch part = parts.computeIfAbsent(nodes.apply(key), node -> new Batch());
            part.keys.put(key, changes);
            part.scripts |= scripts;
            part.expires |= expires;
        });
        messages.forEach(message -> parts.computeIfAbsent(nodes.apply(message.channel), node -> new Batch())
                .messages
                .add(message));
        return parts;
    }

    /**
     * Appends the commands.
     *
     * @param joinsStrings whether strings of different keys may be one command, which costs Redis a third of many
     * @param clearsHashes whether all keys may be given to one script, and what is appended is one transaction
     */
    void encode(RespBuffer out, boolean joinsStrings, boolean clearsHashes) {
        int strings = joinsStrings ? count(changes -> changes.plainString() != null) : 0;
        int hashes = clearsHashes && scripts ? count(KeyChanges::replacesHash) : 0;
        boolean cleared = hashes > 0;
        int loaded = 0;
        if (scripts
                && keys.values().stream().anyMatch(changes -> changes.usesScript(cleared && changes.replacesHash()))) {
            RedisScript.REPLACE.load(out);
            loaded++;
        }
        if (cleared) {
            RedisScript.CLEAR.load(out);
            loaded++;
        }
        if (expires && keys.values().stream().anyMatch(KeyChanges::expires)) {
            RedisScript.EXPIRE.load(out);
            loaded++;
        }
        encoding = new Encoding(loaded, strings > 1, cleared);
        if (encoding.joined) {
            out.command(1 + 2 * strings).part("MSET");
            keys.forEach((key, changes) -> {
                Object value = changes.plainString();
                if (value != null) {
                    out.part(key).part(value);
                }
            });
        }
        if (cleared) {
            out.command(3 + hashes)
                    .part("EVALSHA")
                    .part(RedisScript.CLEAR.sha())
                    .part(hashes);
            keys.forEach((key, changes) -> {
                if (changes.replacesHash()) {
                    out.part(key);
                }
            });
        }
        if (!encoding.joined || strings < keys.size()) {
            keys.forEach((key, changes) -> {
                if (!isJoined(changes)) {
                    changes.encode(key, out, isCleared(changes));
                }
            });
        }
        messages.forEach(message -> message.publish.encode(message.channel, out));
    }

    private int count(Predicate<KeyChanges> which) {
        int count = 0;
        for (KeyChanges changes : keys.values()) {
            count += which.test(changes) ? 1 : 0;
        }
        return count;
    }

    private boolean isJoined(KeyChanges changes) {
        return encoding.joined && changes.plainString() != null;
    }

    private boolean isCleared(KeyChanges changes) {
        return encoding.cleared && changes.replacesHash();
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
        int next = encoding.scripts;
        if (encoding.joined) {
            for (KeyChanges changes : keys.values()) {
                if (isJoined(changes)) {
                    refuse(replies, next, next + 1, changes.steps(false).get(0).records(), refusal, rejected);
                }
            }
            next++;
        }
        // A key that could not be cleared may keep fields that it should not have: its records were not written.
        int cleared = next;
        boolean clearRefused = encoding.cleared && replies.get(cleared) instanceof RedisError;
        next += encoding.cleared ? 1 : 0;
        for (KeyChanges changes : keys.values()) {
            if (isJoined(changes)) {
                continue;
            }
            if (changes.deletesFirst()) {
                refuse(replies, next, next + 1, List.of(), refusal, rejected);
                next++;
            }
            for (KeyChanges.Step step : changes.steps(isCleared(changes))) {
                int end = next + step.change().commands();
                if (clearRefused && isCleared(changes)) {
                    refuse(replies, cleared, cleared + 1, step.records(), refusal, rejected);
                } else {
                    refuse(replies, next, end, step.records(), refusal, rejected);
                }
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
