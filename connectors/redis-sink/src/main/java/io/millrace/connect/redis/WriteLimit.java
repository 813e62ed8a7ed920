package io.millrace.connect.redis;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Closes a socket on which one write takes too long: a write to a server that has stopped reading blocks for ever, and Java
 * has no time limit for it. The thread that writes only sets a field; a daemon thread looks at it now and then.
 */
final class WriteLimit implements AutoCloseable {

    private static final long NOT_WRITING = 0;

    private final Socket socket;
    private final long limitNanos;
    private final Thread watch;

    private volatile long writingSince = NOT_WRITING;
    private volatile boolean exceeded;
    private volatile boolean closed;

    WriteLimit(Socket socket, int limitMs) {
        this.socket = socket;
        this.limitNanos = TimeUnit.MILLISECONDS.toNanos(limitMs);
        this.watch = new Thread(this::watch, "millrace-redis-write-limit");
        watch.setDaemon(true);
        watch.start();
    }

    void begin() {
        writingSince = Math.max(1, System.nanoTime());
    }

    void end() {
        writingSince = NOT_WRITING;
    }

    /** Whether the socket was closed for this reason. */
    boolean isExceeded() {
        return exceeded;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(watch);
    }

    private void watch() {
        while (!closed && !exceeded) {
            LockSupport.parkNanos(limitNanos / 4);
            long since = writingSince;
            if (since != NOT_WRITING && System.nanoTime() - since > limitNanos) {
                exceeded = true;
                try {
                    socket.close();
                } catch (IOException alreadyGone) {
                    // The write fails all the same.
                }
            }
        }
    }
}
