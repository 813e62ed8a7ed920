package io.millrace.connect.elasticsearch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * How far one partition is, while requests end in any order: records are taken in, become done, are confirmed once
 * everything before them is done, and leave when the ledger says so too.
 */
final class Progress {

    private final ArrayDeque<Item> taken = new ArrayDeque<>();
    private List<SinkRecord> confirmed = new ArrayList<>();
    private long acceptedUpTo = -1;
    private boolean dropped;
    private Object deleted;

    void take(Item item) {
        taken.add(item);
        acceptedUpTo = item.offset();
    }

    /** The last record that was taken in, -1 when none was. */
    long acceptedUpTo() {
        return acceptedUpTo;
    }

    /** The record taken in last was an event that deleted the document of this key; null when it was anything else. */
    void deleted(Object key) {
        deleted = key;
    }

    /** Whether the record before was an event that deleted the document of this key. */
    boolean hasJustDeleted(Object key) {
        return key != null && Objects.deepEquals(deleted, key);
    }

    /** Moves on over what is done. Returns how many records wait for the ledger. */
    int advance() {
        while (!taken.isEmpty() && taken.peek().isDone()) {
            confirmed.add(taken.poll().record());
        }
        return confirmed.size();
    }

    /** The records that are in the store and not in its ledger yet, in their order. */
    List<SinkRecord> confirmed() {
        return confirmed;
    }

    /** The ledger speaks of everything that was confirmed. */
    void ledgered() {
        confirmed = new ArrayList<>();
    }

    /** The first record that may be lost when the task ends now. */
    OptionalLong firstUnsafe() {
        if (!confirmed.isEmpty()) {
            return OptionalLong.of(confirmed.get(0).originalKafkaOffset());
        }
        return taken.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(taken.peek().offset());
    }

    /** Nobody waits for its records any more: they are not sent again. */
    void drop() {
        dropped = true;
    }

    boolean isDropped() {
        return dropped;
    }
}
