package io.millrace.spark.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.spark.DriverConfig;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one run of a job at a time work with a checkpoint.
 *
 * <p>The lock is a folder of numbered files. Whoever created the one with the highest number holds it until the time that
 * stands in it; the holder renews it by creating the next number. As a file can be created once only, of two that try
 * the same number one loses.
 *
 * <pre>
 *   no file                        -> free
 *   highest number, not expired    -> held
 *   highest number, expired        -> free: its holder died, or could not reach the store for the whole lease
 *   file "released" in its content -> free
 * </pre>
 *
 * <p>A lease is renewed four times before it ends. Clocks of the machines may differ by a sixth of it: others leave an
 * ended lease alone that long, and a holder that cannot renew gives up that long before the end. Safe for use by several
 * threads.
 */
public final class JobLock implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger log = LoggerFactory.getLogger(JobLock.class);

    private final ExclusiveFiles store;
    private final String owner;
    private final Duration lease;
    private final Clock clock;
    private final Runnable onLoss;
    private final ScheduledExecutorService renewal = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "lock-renewal");
        thread.setDaemon(true);
        return thread;
    });
    private long number;
    private Instant until;
    private boolean lost;

    private JobLock(ExclusiveFiles store, String owner, Duration lease, Clock clock, Runnable onLoss) {
        this.store = store;
        this.owner = owner;
        this.lease = lease;
        this.clock = clock;
        this.onLoss = onLoss;
    }

    /** What a file of the lock says. */
    record Lease(String owner, Instant until, boolean released) {
        String text() {
            return JSON.createObjectNode()
                    .put("owner", owner)
                    .put("until", until.toString())
                    .put("released", released)
                    .toString();
        }

        static Lease parse(String text) throws IOException {
            JsonNode node = JSON.readTree(text);
            return new Lease(
                    node.path("owner").asText(),
                    Instant.parse(node.path("until").asText()),
                    node.path("released").asBoolean());
        }
    }

    /** Somebody else holds the lock. */
    public static final class Held extends Exception {
        private static final long serialVersionUID = 1;

        Held(String owner, Instant until) {
            super("it is already running: " + owner + "; if that one died, its lock ends at " + until);
        }
    }

    /**
     * Takes the lock of a job's checkpoint and keeps it until it is closed.
     *
     * @param owner who takes it, for people
     * @param onLoss called once, by another thread, when the lock can no longer be relied on: stop working
     * @throws Held when somebody else has it
     * @throws IOException when the store cannot be used
     */
    public static JobLock of(
            String job, DriverConfig config, Configuration hadoop, String owner, Clock clock, Runnable onLoss)
            throws Held, IOException {
        ExclusiveFiles files = ExclusiveFolders.of(config.checkpoint(".locks/" + job), config, hadoop);
        return take(files, owner, config.duration("lock.lease"), clock, onLoss);
    }

    /**
     * As {@link #of}, in any store.
     *
     * @param owner who takes it, for people
     * @param lease how long the lock outlives a holder that died
     * @param onLoss called once, by another thread, when the lock can no longer be relied on: stop working
     * @throws Held when somebody else has it
     * @throws IOException when the store cannot be used
     */
    static JobLock take(ExclusiveFiles store, String owner, Duration lease, Clock clock, Runnable onLoss)
            throws Held, IOException {
        JobLock lock = new JobLock(store, owner, lease, clock, onLoss);
        lock.acquire();
        long pause = lease.toMillis() / 4;
        lock.renewal.scheduleWithFixedDelay(lock::renew, pause, pause, TimeUnit.MILLISECONDS);
        return lock;
    }

    private synchronized void acquire() throws Held, IOException {
        long newest = newest();
        Lease current = newest == 0 ? null : lease(newest).orElse(null);
        if (current != null
                && !current.released()
                && clock.instant().isBefore(current.until().plus(skew()))) {
            throw new Held(current.owner(), current.until().plus(skew()));
        }
        if (!advance(newest + 1)) {
            throw new Held("another run took the lock at this moment", clock.instant());
        }
        deleteOlder();
    }

    /** Creates the next number; false when somebody else was faster. */
    private boolean advance(long next) throws IOException {
        Instant newUntil = clock.instant().plus(lease);
        if (!store.create(name(next), new Lease(owner, newUntil, false).text())) {
            return false;
        }
        // Numbers below the newest are deleted, so a slow one could create such a number again: the highest counts.
        if (newest() != next) {
            store.delete(name(next));
            return false;
        }
        number = next;
        until = newUntil;
        return true;
    }

    /** Does what the renewal thread does every few seconds. */
    synchronized void renew() {
        if (lost) {
            return;
        }
        try {
            if (advance(number + 1)) {
                deleteOlder();
            } else {
                lose("somebody else has taken it");
            }
        } catch (IOException | RuntimeException e) {
            log.warn("the lock could not be renewed: {}", e.getMessage());
            if (clock.instant().isAfter(until.minus(skew()))) {
                lose("it could not be renewed in time");
            }
        }
    }

    private void lose(String why) {
        lost = true;
        log.error("the lock on the checkpoint is lost: {}; this run ends", why);
        onLoss.run();
    }

    /** Whether the lock was lost while it was held. */
    public synchronized boolean isLost() {
        return lost;
    }

    @Override
    public void close() {
        renewal.shutdownNow();
        synchronized (this) {
            if (lost) {
                return;
            }
            try {
                // A mark instead of no file: a number must never be used twice.
                if (store.create(name(number + 1), new Lease(owner, until, true).text())) {
                    number++;
                    deleteOlder();
                }
            } catch (IOException | RuntimeException e) {
                log.warn("the lock could not be released and ends at {}: {}", until, e.getMessage());
            }
            lost = true;
        }
    }

    private void deleteOlder() {
        try {
            for (String name : store.list()) {
                if (number(name) < number) {
                    store.delete(name);
                }
            }
        } catch (IOException e) {
            log.warn("old files of the lock could not be deleted, which does no harm: {}", e.getMessage());
        }
    }

    private Duration skew() {
        return lease.dividedBy(6);
    }

    private Optional<Lease> lease(long of) throws IOException {
        Optional<String> text = store.read(name(of));
        return text.isPresent() ? Optional.of(Lease.parse(text.get())) : Optional.empty();
    }

    private long newest() throws IOException {
        return store.list().stream()
                .map(JobLock::number)
                .max(Comparator.naturalOrder())
                .orElse(0L);
    }

    private static String name(long number) {
        return String.format("%012d", number);
    }

    private static long number(String name) {
        return name.matches("\\d{12}") ? Long.parseLong(name) : 0;
    }
}
