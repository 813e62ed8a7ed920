package io.millrace.connect.redis;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;

/** The changes of one key in one batch, in order, without those whose effect cannot be seen any more. */
final class KeyChanges {

    /** A change and the records that it stands for. */
    static final class Step {
        private Change change;
        private final List<SinkRecord> records = new ArrayList<>(1);

        private Step(Change change) {
            this.change = change;
        }

        Change change() {
            return change;
        }

        List<SinkRecord> records() {
            return records;
        }
    }

    private final List<Step> steps = new ArrayList<>(1);
    private boolean deletedFirst;

    /** A tombstone: nothing of what came before can be seen, and whatever the key held is gone. */
    void delete() {
        steps.clear();
        deletedFirst = true;
    }

    void add(Change change, SinkRecord record) {
        Step step = new Step(change);
        if (!steps.isEmpty()) {
            Step last = steps.get(steps.size() - 1);
            Change joined = last.change.then(change);
            if (joined != null) {
                last.change = joined;
                last.records.add(record);
                return;
            }
            // When this change is refused, those that it stands for have not been written either.
            while (!steps.isEmpty() && change.supersedes(steps.get(steps.size() - 1).change)) {
                step.records.addAll(0, steps.remove(steps.size() - 1).records);
            }
        }
        step.records.add(record);
        steps.add(step);
    }

    List<Step> steps() {
        return steps;
    }

    /** Whether a DEL comes before the steps. */
    boolean deletesFirst() {
        return deletedFirst && !(steps.size() == 1 && steps.get(0).change instanceof Change.PutString);
    }

    void encode(String key, RespBuffer out) {
        if (deletesFirst()) {
            out.command(2).part("DEL").part(key);
        }
        for (Step step : steps) {
            step.change.encode(key, out);
        }
    }
}
