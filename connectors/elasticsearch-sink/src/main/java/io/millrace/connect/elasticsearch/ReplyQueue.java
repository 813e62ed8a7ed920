package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.RetriableFailure;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Replies that have come and have not been looked at: put in by any thread, taken out by the task's. */
final class ReplyQueue {

    private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();

    /** A request of the lane has ended. */
    record Ended(Lane lane, BulkTransport.Reply reply) {}

    void add(Lane lane, BulkTransport.Reply reply) {
        ended.add(new Ended(lane, reply));
    }

    /** The next reply; null when there is none now. */
    Ended poll() {
        return ended.poll();
    }

    /** Waits for the next reply. The transport has timeouts of its own, so one always comes. */
    Ended take() {
        return take(Long.MAX_VALUE);
    }

    /** Waits for the next reply; null when none has come in this many milliseconds. */
    Ended take(long waitMs) {
        try {
            return waitMs == Long.MAX_VALUE ? ended.take() : ended.poll(waitMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new RetriableFailure("the task was interrupted while it waited for a bulk request", stopping);
        }
    }
}
