package io.millrace.local.bench;

import io.millrace.local.client.EventAnswer;
import io.millrace.local.client.EventClient;
import io.millrace.local.client.RunningStack;
import io.millrace.local.stack.Checkout;
import io.millrace.local.stack.StackFolder;
import io.millrace.testing.bench.BenchOptions;
import io.millrace.testing.bench.BenchRun;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code ./millrace bench freshness}: how long after its acceptance over HTTP an event can be read from what is served, in
 * the stack that runs, while other events come at a steady rate. Ten events a second are each of a site of their own, so
 * each has rows of its own: a minute's requests and a session.
 */
public final class FreshnessBench {
    private static final int BATCH = 50;
    private static final int IN_FLIGHT = 32;
    private static final int PROBES_PER_SECOND = 10;
    private static final int USERS = 20_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private FreshnessBench() {}

    public static void main(String[] arguments) throws Exception {
        try {
            System.exit(run(BenchOptions.parse(arguments, "rate", "seconds", "warmup", "state")));
        } catch (IllegalArgumentException e) {
            System.err.println("bench freshness: " + e.getMessage());
            System.exit(2);
        }
    }

    private static int run(BenchOptions options) throws Exception {
        int rate = options.number("rate", 5_000);
        int seconds = options.number("seconds", 60);
        int warmUp = options.number("warmup", 30);
        Path state = options.path("state").orElse(Checkout.current().defaultState());
        RunningStack stack = RunningStack.find(new StackFolder(state))
                .orElseThrow(() -> new IllegalArgumentException(
                        "no stack runs in " + state + "; start one with ./millrace up, or name another with --state"));
        EventClient client = new EventClient(stack.events());
        String run = Long.toString(System.currentTimeMillis(), 36);
        ExecutorService threads = Executors.newCachedThreadPool();
        AtomicLong accepted = new AtomicLong();
        AtomicLong refused = new AtomicLong();
        try (Places places = new Places(stack.address(), run)) {
            Future<?> load =
                    threads.submit(() -> load(client, rate, warmUp + seconds, run, threads, accepted, refused));
            TimeUnit.SECONDS.sleep(warmUp);
            long acceptedBefore = accepted.get();
            long began = System.nanoTime();
            List<Probe> probes = probes(client, places, seconds, run);
            double achieved = (accepted.get() - acceptedBefore) / ((System.nanoTime() - began) / 1e9);
            load.get();
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (places.isMissing() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(20_000_000);
            }
            List<BenchRun.Row> rows = FreshnessRows.of(probes, "at %,.0f events/s".formatted(achieved));
            BenchRun.print(rows, System.out);
            if (options.report().isPresent()) {
                BenchRun.write(rows, options.report().get());
            }
            long missing = probes.stream().filter(Probe::isMissing).count();
            if (refused.get() > 0 || missing > 0) {
                System.out.printf("%n%,d events were refused, %,d probes did not show up%n", refused.get(), missing);
                return 1;
            }
            return 0;
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Probe> probes(EventClient client, Places places, int seconds, String run)
            throws InterruptedException {
        List<Probe> probes = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < seconds * PROBES_PER_SECOND; i++) {
            pace(start, i, PROBES_PER_SECOND);
            Probe probe = new Probe("probe-" + run + "-" + i);
            byte[] body = event(probe.name(), probe.name(), probe.name()).getBytes(StandardCharsets.UTF_8);
            places.expect(probe);
            if (client.post(body) instanceof EventAnswer.Accepted) {
                probe.accepted(System.nanoTime());
                probes.add(probe);
            } else {
                places.forget(probe);
            }
        }
        return probes;
    }

    /** Batches at a steady rate, whether or not the answers to earlier ones have come. */
    private static void load(
            EventClient client,
            int rate,
            int seconds,
            String run,
            ExecutorService threads,
            AtomicLong accepted,
            AtomicLong refused) {
        Semaphore inFlight = new Semaphore(IN_FLIGHT);
        long start = System.nanoTime();
        long batches = (long) rate * seconds / BATCH;
        for (long batch = 0; batch < batches; batch++) {
            pace(start, batch, (double) rate / BATCH);
            inFlight.acquireUninterruptibly();
            byte[] body = batch(run, batch);
            threads.submit(() -> {
                try {
                    (client.post(body) instanceof EventAnswer.Accepted ? accepted : refused).addAndGet(BATCH);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    inFlight.release();
                }
            });
        }
        inFlight.acquireUninterruptibly(IN_FLIGHT);
    }

    private static byte[] batch(String run, long batch) {
        StringBuilder events = new StringBuilder("[");
        for (int i = 0; i < BATCH; i++) {
            long number = batch * BATCH + i;
            String user = "u" + (number * 7919 + number / 13) % USERS;
            events.append(i == 0 ? "" : ",").append(event("load-" + run + "-" + number, "bench", user));
        }
        return events.append(']').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String event(String id, String site, String user) {
        return ("{\"event_id\":\"%s\",\"event_time\":\"%s\",\"site\":\"%s\",\"user_id\":\"%s\",\"page\":\"/products/%d\","
                        + "\"event_type\":\"page_view\",\"method\":\"GET\",\"status\":200,\"bytes\":5120,"
                        + "\"referrer\":\"https://www.example.org/\",\"address\":\"81.2.69.142\","
                        + "\"user_agent\":\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36\"}")
                .formatted(id, Instant.now(), site, user, Math.abs(user.hashCode() % 500));
    }

    private static void pace(long start, long number, double perSecond) {
        long wait = start + (long) (number / perSecond * 1e9) - System.nanoTime();
        if (wait > 0) {
            LockSupport.parkNanos(wait);
        }
    }
}
