package io.millrace.connect.http.limits;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that requests may hold together. Safe for use by several threads. */
public final class ByteBudget {
    private final AtomicLong used = new AtomicLong();
    private final long limit;

    /** @param limit bytes, more than zero */
    public ByteBudget(long limit) {
        this.limit = limit;
    }

    /** A share of the budget for one request, empty at first. */
    public Lease lease() {
        return new Lease();
    }

    public long used() {
        return used.get();
    }

    public long limit() {
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
    public final class Lease {
        private final AtomicLong held = new AtomicLong();

        private Lease() {}

        /** Takes more bytes; false, and nothing taken, when the budget has not as many left. */
        public boolean grow(long bytes) {
            if (!take(bytes)) {
                return false;
            }
            held.addAndGet(bytes);
            return true;
        }

        /** Whether as many more bytes would fit if nobody else held any. */
        public boolean couldHold(long bytes) {
            return held.get() + bytes <= limit;
        }

        /** Gives everything back that is held at this moment. */
        public void release() {
            used.addAndGet(-held.getAndSet(0));
        }

        public long held() {
            return held.get();
        }
    }
}
