package io.millrace.connect.mqtt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where messages wait for Connect to fetch them, and the count of those that are not acknowledged. Messages of QoS 1 and 2
 * are bounded by the receive maximum, beyond which the broker sends no more; those of QoS 0 know no such bound, so the ones
 * that find the inbox full are dropped and counted. Safe for use by several threads.
 */
final class Inbox {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final ArrayDeque<InFlight> waiting = new ArrayDeque<>();
    private final int qos0Limit;
    private final MqttMetrics metrics;
    private long count;
    private long bytes;
    private CompletableFuture<Void> drained = CompletableFuture.completedFuture(null);

    /** @param qos0Limit how many messages may be unsettled for one of QoS 0 to be taken */
    Inbox(int qos0Limit, MqttMetrics metrics) {
        this.qos0Limit = qos0Limit;
        this.metrics = metrics;
        metrics.inFlight(this::count, this::bytes);
    }

    /** A message has come. @param acknowledgement tells the broker that it is done with; must not block */
    void arrived(Message message, Runnable acknowledgement) {
        lock.lock();
        try {
            if (message.qos() == 0 && count >= qos0Limit) {
                metrics.qos0Dropped();
                return;
            }
            if (count == 0) {
                drained = new CompletableFuture<>();
            }
            count++;
            bytes += message.payload().length;
            waiting.add(new InFlight(message, acknowledgement, this));
            filled.signal();
        } finally {
            lock.unlock();
        }
        metrics.arrived(message);
    }

    /**
     * Takes the oldest messages.
     *
     * @param records how many at most
     * @param wait milliseconds to wait for the first one
     * @return the messages in order of arrival; empty when none came in time
     */
    List<InFlight> take(int records, long wait) throws InterruptedException {
        lock.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(wait);
            while (waiting.isEmpty() && nanos > 0) {
                nanos = filled.awaitNanos(nanos);
            }
            List<InFlight> taken = new ArrayList<>(Math.min(records, waiting.size()));
            while (taken.size() < records && !waiting.isEmpty()) {
                taken.add(waiting.poll());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    void settled(InFlight one) {
        CompletableFuture<Void> reached = null;
        lock.lock();
        try {
            count--;
            bytes -= one.message().payload().length;
            if (count == 0) {
                reached = drained;
            }
        } finally {
            lock.unlock();
        }
        metrics.settled(one.message());
        if (reached != null) {
            reached.complete(null);
        }
    }

    /** Completes when every message that is here now has been settled. */
    CompletableFuture<Void> drained() {
        lock.lock();
        try {
            return drained;
        } finally {
            lock.unlock();
        }
    }

    private long count() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    private long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }
}
