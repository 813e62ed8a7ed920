package io.millrace.local.send;

import java.util.concurrent.TimeUnit;

/** Holds a thread back so that no more than so many events pass per second. Not safe for use by several threads. */
public final class Pacer {
    private final double perSecond;
    private long due = System.nanoTime();

    /** @param perSecond events per second; zero or less for no limit */
    public Pacer(double perSecond) {
        this.perSecond = perSecond;
    }

    /** How many events to let through at once: at most a tenth of a second's worth, so that the flow is even. */
    public int batch(int most) {
        return perSecond <= 0 ? most : (int) Math.max(1, Math.min(most, perSecond / 10));
    }

    /** Waits until these events may pass. */
    public void await(int events) throws InterruptedException {
        if (perSecond <= 0) {
            return;
        }
        long now = System.nanoTime();
        if (due > now) {
            TimeUnit.NANOSECONDS.sleep(due - now);
        }
        // Time that was lost, as to an endpoint that was down, is not made up for with a burst.
        due = Math.max(due, now) + (long) (events * 1e9 / perSecond);
    }
}
