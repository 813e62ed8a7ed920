package io.millrace.connect.http;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that requests may hold together. Safe for use by several threads. */
final class ByteBudget {
    private final AtomicLong used = new AtomicLong();
    private final long limit;

    /** @param limit bytes, more than zero */
    ByteBudget(long limit) {
        this.limit = limit;
    }

    /** A share of the budget for one request, empty at first. */
    Lease lease() {
        return new Lease();
    }

    long used() {
        return used.get();
    }

    long limit() {
        return limit;
    }

    private boolean take(long bytes) {
        long now = used.addAndGet(bytes);
        if (now > limit) {
            used.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** What one request holds. Grown by one thread at a time; released by any thread, and any number of times. */
    final class Lease {
        private final AtomicLong held = new AtomicLong();

        private Lease() {}

        /** Takes more bytes; false, and nothing taken, when the budget has not as many left. */
        boolean grow(long bytes) {
            if (!take(bytes)) {
                return false;
            }
            held.addAndGet(bytes);
            return true;
        }

        /** Whether as many more bytes would fit if nobody else held any. */
        boolean couldHold(long bytes) {
            return held.get() + bytes <= limit;
        }

        /** Gives everything back that is held at this moment. */
        void release() {
            used.addAndGet(-held.getAndSet(0));
        }

        long held() {
            return held.get();
        }
    }
}
