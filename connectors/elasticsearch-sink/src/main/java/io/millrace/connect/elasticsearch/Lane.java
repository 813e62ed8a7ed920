package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.JsonBytes;
import io.millrace.connect.commons.RetryBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A queue of operations with at most one request on its way. Operations on one document are always in the same lane, so
 * they keep their order however many lanes there are, and wait for one that is being tried again.
 *
 * <pre>
 *   IDLE      nothing is outstanding
 *     | send                                    -> IN_FLIGHT
 *   IN_FLIGHT the outstanding items, or the first of them, are on their way
 *     | all done                                -> IDLE
 *     | some were refused for the moment        -> WAITING, or STALLED when that has lasted too long
 *     | the request failed as a whole           -> STALLED
 *   WAITING   the refused items are sent again when their time has come
 *   STALLED   the store is away; sent again when it is back
 * </pre>
 */
final class Lane {

    enum State {
        IDLE,
        IN_FLIGHT,
        WAITING,
        STALLED
    }

    private final RetryBudget retries;
    private JsonBytes outstandingBytes = new JsonBytes();
    private JsonBytes nextBytes = new JsonBytes();
    private List<Item> outstanding = new ArrayList<>();
    private List<Item> next = new ArrayList<>();
    private State state = State.IDLE;
    private int sent;
    private long dueMs;
    private long sentNanos;

    Lane(RetryBudget retries) {
        this.retries = retries;
    }

    State state() {
        return state;
    }

    /** Where the lines of the next item go. */
    JsonBytes next() {
        return nextBytes;
    }

    void add(Item item, int begin) {
        item.at(begin, nextBytes.size());
        next.add(item);
    }

    int waitingRecords() {
        return next.size();
    }

    int waitingBytes() {
        return nextBytes.size();
    }

    boolean isEmpty() {
        return outstanding.isEmpty() && next.isEmpty();
    }

    long dueMs() {
        return dueMs;
    }

    RetryBudget retries() {
        return retries;
    }

    /** The items of the request that is on its way, or was last. */
    List<Item> sentItems() {
        return outstanding.subList(0, sent);
    }

    long sentNanos() {
        return sentNanos;
    }

    int sentBytes() {
        return sent == 0
                ? 0
                : outstanding.get(sent - 1).end() - outstanding.get(0).begin();
    }

    /** Sends what is outstanding, or else what has gathered, as far as it fits. */
    void send(BulkTransport transport, int maxBytes, long nowNanos, Consumer<BulkTransport.Reply> reply) {
        if (outstanding.isEmpty()) {
            take();
        }
        outstanding.removeIf(item -> item.progress().isDropped());
        if (outstanding.isEmpty()) {
            state = State.IDLE;
            return;
        }
        int from = outstanding.get(0).begin();
        sent = 1;
        // Items that were dropped have left gaps: a request is one piece.
        while (sent < outstanding.size()
                && outstanding.get(sent).begin() == outstanding.get(sent - 1).end()
                && outstanding.get(sent).end() - from <= maxBytes) {
            sent++;
        }
        state = State.IN_FLIGHT;
        sentNanos = nowNanos;
        transport.bulk(outstandingBytes.array(), from, outstanding.get(sent - 1).end(), sent, reply);
    }

    /** The request has ended; these of its items have to be sent again. */
    void replied(List<Item> again) {
        List<Item> rest = new ArrayList<>(again);
        rest.addAll(outstanding.subList(sent, outstanding.size()));
        sent = 0;
        outstandingBytes.truncate(rest.isEmpty() ? 0 : rest.get(0).begin());
        for (Item item : rest) {
            int begin = outstandingBytes.keep(item.begin(), item.end());
            item.at(begin, outstandingBytes.size());
        }
        outstanding = rest;
        state = State.IDLE;
    }

    boolean hasOutstanding() {
        return !outstanding.isEmpty();
    }

    void waitUntil(long dueMs) {
        this.dueMs = dueMs;
        state = State.WAITING;
    }

    void stall() {
        state = State.STALLED;
    }

    private void take() {
        JsonBytes empty = outstandingBytes;
        empty.truncate(0);
        outstandingBytes = nextBytes;
        nextBytes = empty;
        outstanding = next;
        next = new ArrayList<>();
    }
}
