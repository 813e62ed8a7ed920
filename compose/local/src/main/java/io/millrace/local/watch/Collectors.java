package io.millrace.local.watch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Asks every server again and again, each in a turn of its own, so that one that hangs delays no other and no scrape. What a
 * server said last is told only while it answers. Safe for use by several threads.
 */
final class Collectors implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(5);

    private record Reading(boolean up, Instant at, double seconds, String text) {}

    private final List<Collector> collectors;
    private final Clock clock;
    private final Map<String, Reading> newest = new ConcurrentHashMap<>();
    private final ScheduledExecutorService threads;

    Collectors(List<Collector> collectors, Clock clock) {
        this.collectors = List.copyOf(collectors);
        this.clock = clock;
        this.threads = Executors.newScheduledThreadPool(Math.max(1, collectors.size()), task -> {
            Thread thread = new Thread(task, "collector");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        collectors.forEach(collector -> threads.scheduleWithFixedDelay(
                () -> newest.put(collector.name(), read(collector)), 0, EVERY.toMillis(), TimeUnit.MILLISECONDS));
    }

    private Reading read(Collector collector) {
        Instant began = clock.instant();
        PrometheusText text = new PrometheusText();
        boolean up = true;
        try {
            collector.collect(text);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            up = false;
        } catch (Exception e) {
            up = false;
        }
        Instant ended = clock.instant();
        return new Reading(up, ended, Duration.between(began, ended).toMillis() / 1e3, up ? text.text() : "");
    }

    /** Metrics of all servers that answer, and whether each does. */
    String text() {
        PrometheusText state = new PrometheusText();
        StringBuilder all = new StringBuilder();
        for (Collector collector : collectors) {
            Reading reading = newest.get(collector.name());
            if (reading != null) {
                state.gauge(
                        "millrace_collector_up",
                        "1 when the server answered.",
                        reading.up ? 1 : 0,
                        "server",
                        collector.name());
                state.gauge(
                        "millrace_collector_timestamp_seconds",
                        "When it was asked last.",
                        reading.at.toEpochMilli() / 1e3,
                        "server",
                        collector.name());
                state.gauge(
                        "millrace_collector_seconds",
                        "How long the answer took.",
                        reading.seconds,
                        "server",
                        collector.name());
                all.append(reading.text);
            }
        }
        return state.text() + all;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
