package io.millrace.connect.http;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where requests wait for Connect to fetch them. Its size is bounded by the {@link ByteBudget} that every request in it
 * has a share of. A request is never divided: its records are fetched together, so that with
 * {@code transaction.boundary=poll} they are in one transaction. Safe for use by several threads.
 */
final class Handover {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final ArrayDeque<Submission> waiting = new ArrayDeque<>();
    private boolean closed;

    /** Adds a request at the end; false when the hand-over is closed. */
    boolean offer(Submission submission) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            waiting.add(submission);
            filled.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the oldest request, and more of them while the sum of their records stays within the limit.
     *
     * @param records how many records to take at most; one request alone may have more
     * @param from the {@link System#nanoTime} before which none is taken
     * @param wait milliseconds to wait then for the first one
     * @return the requests in order of arrival; empty when none came in time
     */
    List<Submission> take(int records, long from, long wait) throws InterruptedException {
        lock.lock();
        try {
            for (long early = from - System.nanoTime(); early > 0 && !closed; early = from - System.nanoTime()) {
                filled.awaitNanos(early);
            }
            long nanos = TimeUnit.MILLISECONDS.toNanos(wait);
            while (waiting.isEmpty() && !closed && nanos > 0) {
                nanos = filled.awaitNanos(nanos);
            }
            List<Submission> taken = new ArrayList<>();
            int sum = 0;
            while (!waiting.isEmpty()) {
                int next = waiting.peek().records().size();
                if (!taken.isEmpty() && sum + next > records) {
                    break;
                }
                sum += next;
                taken.add(waiting.poll());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a request back; false when Connect has it already. */
    boolean withdraw(Submission submission) {
        lock.lock();
        try {
            // Requests run out of time in the order in which they came, so this finds it at the head.
            return waiting.remove(submission);
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more requests, and gives up those that wait. */
    List<Submission> close() {
        lock.lock();
        try {
            closed = true;
            List<Submission> rest = List.copyOf(waiting);
            waiting.clear();
            filled.signalAll();
            return rest;
        } finally {
            lock.unlock();
        }
    }
}
