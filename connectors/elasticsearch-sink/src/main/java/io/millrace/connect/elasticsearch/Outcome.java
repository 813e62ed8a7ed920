package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.RecordFailure;
import io.millrace.connect.commons.RetriableFailure;
import io.millrace.connect.commons.SinkFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the answer to a bulk request means for its items.
 *
 * @param done have their effect
 * @param applied how many of them had it before this request
 * @param refused never will
 * @param again have to be sent again, in this order
 * @param passing why, when the reason is expected to pass; else null
 * @param fatal why no item will be taken; null when there is no such reason
 */
record Outcome(
        List<Item> done,
        int applied,
        List<Refused> refused,
        List<Item> again,
        RetriableFailure passing,
        SinkFailure fatal) {

    /** An item that will never be written, and why. */
    record Refused(Item item, RecordFailure reason) {}

    /** @param errors by item, null where it succeeded; empty when all did */
    static Outcome of(List<Item> items, List<ErrorAnswer> errors, String address) {
        if (errors.isEmpty()) {
            return new Outcome(items, 0, List.of(), List.of(), null, null);
        }
        List<Item> done = new ArrayList<>(items.size());
        List<Refused> refused = new ArrayList<>();
        List<Item> again = new ArrayList<>();
        Set<String> overtaken = new HashSet<>();
        int applied = 0;
        RetriableFailure passing = null;
        SinkFailure fatal = null;
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            ErrorAnswer error = errors.get(i);
            Optional<SinkFailure> failure =
                    error == null ? Optional.empty() : error.itemFailure(item.operation(), address);
            if (failure.isPresent() && failure.get() instanceof RecordFailure unfit) {
                refused.add(new Refused(item, unfit));
            } else if (failure.isPresent()) {
                again.add(item);
                overtaken.add(item.orderedBy());
                if (failure.get() instanceof RetriableFailure retriable) {
                    passing = retriable;
                } else {
                    fatal = failure.get();
                }
            } else if (item.orderedBy() != null && overtaken.contains(item.orderedBy())) {
                // It has overtaken an operation on its document that comes before it, and is repeated after that one.
                again.add(item);
            } else {
                applied += error != null && error.status() == 409 ? 1 : 0;
                done.add(item);
            }
        }
        return new Outcome(done, applied, refused, again, passing, fatal);
    }
}
