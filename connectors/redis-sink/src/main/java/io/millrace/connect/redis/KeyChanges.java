package io.millrace.connect.redis;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * The changes of one key in one batch, in order, without those whose effect cannot be seen any more. Nearly always that is
 * one change of one record, which is kept without a list.
 */
final class KeyChanges {

    /** A change and the records that it stands for. */
    static final class Step {
        private Change change;
        private final SinkRecord record;
        private List<SinkRecord> all;

        private Step(Change change, SinkRecord record) {
            this.change = change;
            this.record = record;
        }

        Change change() {
            return change;
        }

        List<SinkRecord> records() {
            return all == null ? List.of(record) : all;
        }

        private List<SinkRecord> grown() {
            if (all == null) {
                all = new ArrayList<>(List.of(record));
            }
            return all;
        }
    }

    private List<Step> earlier = List.of();
    private Step last;
    private boolean deletedFirst;

    /** A tombstone: nothing of what came before can be seen, and whatever the key held is gone. */
    void delete() {
        earlier = List.of();
        last = null;
        deletedFirst = true;
    }

    void add(Change change, SinkRecord record) {
        Step step = new Step(change, record);
        if (last != null) {
            Change joined = last.change.then(change);
            if (joined != null) {
                last.change = joined;
                last.grown().add(record);
                return;
            }
            // When this change is refused, those that it stands for have not been written either.
            while (last != null && change.supersedes(last.change)) {
                step.grown().addAll(0, last.records());
                last = earlier.isEmpty() ? null : earlier.remove(earlier.size() - 1);
            }
            if (last != null) {
                if (earlier.isEmpty()) {
                    earlier = new ArrayList<>();
                }
                earlier.add(last);
            }
        }
        last = step;
    }

    /** @param cleared whether the key has been cleared by {@link RedisScript#CLEAR} */
    List<Step> steps(boolean cleared) {
        if (last == null) {
            return List.of();
        }
        List<Step> steps = new ArrayList<>(earlier);
        Step written = new Step(lastChange(cleared), last.record);
        written.all = last.all;
        steps.add(written);
        return steps;
    }

    /**
     * Whether all that is asked for is that the key is a hash with certain fields for ever, and what it holds now is not
     * known.
     */
    boolean replacesHash() {
        return earlier.isEmpty()
                && !deletedFirst
                && last != null
                && last.change instanceof Change.ReplaceHash replace
                && replace.ttlMs() == 0;
    }

    /** Whether {@link RedisScript#REPLACE} has to be there. */
    boolean usesScript(boolean cleared) {
        return last != null
                && (lastChange(cleared).isScript() || earlier.stream().anyMatch(step -> step.change.isScript()));
    }

    /** Whether {@link RedisScript#EXPIRE} has to be there. */
    boolean expires() {
        return last != null
                && (lastChange(false).expires() || earlier.stream().anyMatch(step -> step.change.expires()));
    }

    private Change lastChange(boolean cleared) {
        boolean nothingThere = cleared || (deletedFirst && earlier.isEmpty());
        return nothingThere && last.change instanceof Change.ReplaceHash replace ? replace.ontoNothing() : last.change;
    }

    /** Whether a DEL comes before the steps. */
    boolean deletesFirst() {
        return deletedFirst && !(earlier.isEmpty() && last != null && last.change instanceof Change.PutString);
    }

    /** The value when all that is asked for is that the key is this string for ever; otherwise null. */
    Object plainString() {
        return earlier.isEmpty() && last != null && last.change instanceof Change.PutString put && put.ttlMs() == 0
                ? put.value()
                : null;
    }

    /** @param cleared whether the key has been cleared by {@link RedisScript#CLEAR} */
    void encode(String key, RespBuffer out, boolean cleared) {
        if (deletesFirst()) {
            out.command(2).part("DEL").part(key);
        }
        for (Step step : earlier) {
            step.change.encode(key, out);
        }
        if (last != null) {
            lastChange(cleared).encode(key, out);
        }
    }
}
