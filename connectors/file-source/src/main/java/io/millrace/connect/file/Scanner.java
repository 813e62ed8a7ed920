package io.millrace.connect.file;

import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Looks at the location again and again on a thread of its own, as a look at a large bucket takes long. Hands over a part
 * at a time and goes on when it is taken, so no more than a part is in memory.
 */
final class Scanner implements AutoCloseable {
    private static final long STOP_LIMIT_MS = 5_000;

    private final Store store;
    private final Predicate<String> wanted;
    private final Predicate<StoredObject> own;
    private final long intervalMs;
    private final SynchronousQueue<News> news = new SynchronousQueue<>();
    private final Thread thread;

    /** What a look brings. */
    sealed interface News {}

    /** Some of the objects. */
    record Part(List<StoredObject> objects) implements News {}

    /** There are no more. */
    record End(long millis) implements News {}

    /** The look has failed, and is tried again after the interval. */
    record Failed(StoreException failure) implements News {}

    /**
     * @param wanted tells by its path what is of interest
     * @param own tells which of them are this task's
     */
    Scanner(Store store, Predicate<String> wanted, Predicate<StoredObject> own, long intervalMs, String name) {
        this.store = store;
        this.wanted = wanted;
        this.own = own;
        this.intervalMs = intervalMs;
        this.thread = new Thread(this::run, "millrace-file-scan-" + name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Null when there is none in time. */
    News next(long millis) throws InterruptedException {
        return news.poll(millis, TimeUnit.MILLISECONDS);
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                look();
                Thread.sleep(intervalMs);
            }
        } catch (InterruptedException stopped) {
            // Nothing is half done.
        }
    }

    private void look() throws InterruptedException {
        long begun = System.nanoTime();
        try {
            store.list(wanted, found -> {
                List<StoredObject> part = found.stream().filter(own).toList();
                if (!part.isEmpty()) {
                    news.put(new Part(part));
                }
            });
            news.put(new End(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)));
        } catch (StoreException e) {
            news.put(new Failed(e));
        } catch (RuntimeException e) {
            // Without this the thread would end and nothing new would ever be seen.
            news.put(new Failed(new StoreException("the location cannot be listed: " + e, false, e)));
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(STOP_LIMIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
