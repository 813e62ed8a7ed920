package io.millrace.local.watch;

import io.millrace.local.StackAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sends probes and looks for them until it is closed, whatever is down meanwhile. Each source sends in a thread of its own; a
 * turn that comes while the one before still waits for its answer counts as a probe that nobody accepted.
 */
final class Prober implements AutoCloseable {
    private static final Duration REDIS_EVERY = Duration.ofMillis(250);
    private static final Duration ELASTICSEARCH_EVERY = Duration.ofMillis(500);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final long RETRY_MS = 1_000;

    private final ProbeBook book;
    private final List<ProbeSource> sources;
    private final StackAddress address;
    private final ProbeStores stores;
    private final ScheduledExecutorService threads;
    private final Thread topics;
    private volatile boolean looking;
    private volatile boolean closed;

    Prober(ProbeBook book, List<ProbeSource> sources, StackAddress address) {
        this.book = book;
        this.sources = List.copyOf(sources);
        this.address = address;
        this.stores = new ProbeStores(address, book);
        this.threads = Executors.newScheduledThreadPool(sources.size() + 3, task -> daemon(task, "probe"));
        this.topics = daemon(this::lookInTopics, "probe-topics");
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Begins. Nothing is sent before the topics are watched, so nothing can be missed.
     *
     * @param interval between two probes of a source
     * @param count how many each source sends; 0: no end
     */
    void start(Duration interval, long count) {
        topics.start();
        threads.scheduleWithFixedDelay(book::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
        every(REDIS_EVERY, stores::lookInRedis);
        every(ELASTICSEARCH_EVERY, stores::lookInElasticsearch);
        for (ProbeSource source : sources) {
            AtomicBoolean busy = new AtomicBoolean();
            long[] turns = new long[1];
            ScheduledExecutorService sender =
                    Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "probe-" + source.name()));
            threads.scheduleAtFixedRate(
                    () -> {
                        if (!looking || closed || (count > 0 && turns[0] >= count)) {
                            return;
                        }
                        turns[0]++;
                        Ping ping = book.next(source.name());
                        if (busy.compareAndSet(false, true)) {
                            sender.execute(() -> send(source, ping, busy));
                        } else {
                            book.refused(ping, "the probe before still waits for its answer");
                        }
                    },
                    0,
                    interval.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private void send(ProbeSource source, Ping ping, AtomicBoolean busy) {
        try {
            source.send(ping);
            book.seen(ping, Hop.ACCEPTED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            book.refused(ping, String.valueOf(e.getMessage()));
        } finally {
            busy.set(false);
        }
    }

    private interface Look {
        void run() throws Exception;
    }

    private void every(Duration interval, Look look) {
        threads.scheduleWithFixedDelay(
                () -> {
                    try {
                        look.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (Exception e) {
                        // A store that is away has no rows: that they are missing there is what is told.
                    }
                },
                interval.toMillis(),
                interval.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void lookInTopics() {
        while (!closed) {
            try (ProbeTopics reader = new ProbeTopics(address, book)) {
                looking = true;
                while (!closed) {
                    reader.poll();
                }
            } catch (RuntimeException e) {
                try {
                    // Brokers or registry are away; a new reader begins at the end, what was between counts as missing.
                    Thread.sleep(RETRY_MS);
                } catch (InterruptedException interrupted) {
                    return;
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        threads.shutdownNow();
        topics.interrupt();
        sources.forEach(ProbeSource::close);
        stores.close();
    }
}
