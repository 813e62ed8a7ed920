package io.millrace.spark.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lock on a real folder, with a clock that the test moves. */
class JobLockTest {
    private static final Duration LEASE = Duration.ofMinutes(6);
    private static final Duration SKEW = Duration.ofMinutes(1);
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    /** Moved by hand. */
    private static final class HandClock extends Clock {
        private Instant now = NOON;

        @Override
        public synchronized Instant instant() {
            return now;
        }

        synchronized void move(Duration by) {
            now = now.plus(by);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @TempDir
    private Path folder;

    private final HandClock clock = new HandClock();
    private final AtomicInteger losses = new AtomicInteger();
    private final List<JobLock> taken = new ArrayList<>();

    @AfterEach
    void close() {
        taken.forEach(JobLock::close);
    }

    @Test
    void aSecondCopyIsRefusedAndToldWhoIsThere() throws Exception {
        take("first");
        assertThatThrownBy(() -> take("second"))
                .isInstanceOf(JobLock.Held.class)
                .hasMessageContaining("already running: first")
                .hasMessageContaining(NOON.plus(LEASE).plus(SKEW).toString());
    }

    @Test
    void whatIsReleasedCanBeTakenAtOnce() throws Exception {
        for (int i = 0; i < 5; i++) {
            take("run " + i).close();
        }
        take("last");
        assertThat(losses).hasValue(0);
    }

    @Test
    void aRenewedLockIsNeverTakenOver() throws Exception {
        JobLock lock = take("first");
        for (int i = 0; i < 10; i++) {
            clock.move(LEASE.minus(SKEW));
            lock.renew();
            assertThatThrownBy(() -> take("second")).isInstanceOf(JobLock.Held.class);
        }
        assertThat(lock.isLost()).isFalse();
    }

    @Test
    void theLockOfOneThatDiedIsTakenOverAfterItsLeaseAndNoSooner() throws Exception {
        JobLock dead = take("dead");
        clock.move(LEASE.plus(SKEW).minusMillis(1));
        assertThatThrownBy(() -> take("next")).isInstanceOf(JobLock.Held.class);
        clock.move(Duration.ofMillis(1));
        take("next");

        // It was only slow, and comes back.
        dead.renew();
        assertThat(dead.isLost()).isTrue();
        assertThat(losses).hasValue(1);
        dead.close();
        assertThatThrownBy(() -> take("third")).hasMessageContaining("already running: next");
    }

    @Test
    void aHolderWhoseStoreIsGoneGivesUpBeforeItsLeaseEnds() throws Exception {
        Unreliable store = new Unreliable(new LocalFiles(folder));
        JobLock lock = JobLock.take(store, "first", LEASE, clock, losses::incrementAndGet);
        store.down = true;
        clock.move(LEASE.minus(SKEW));
        lock.renew();
        assertThat(losses).hasValue(0);
        clock.move(Duration.ofMillis(1));
        lock.renew();
        assertThat(losses).hasValue(1);
        assertThatThrownBy(() -> take("second"))
                .as("others wait until its clock, however wrong, must have shown it the end")
                .isInstanceOf(JobLock.Held.class);
    }

    @Test
    void ofManyAtTheSameTimeOneGetsIt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 30; round++) {
                CyclicBarrier start = new CyclicBarrier(8);
                List<Future<JobLock>> tries = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    Callable<JobLock> attempt = () -> {
                        start.await();
                        try {
                            return take("one of many");
                        } catch (JobLock.Held e) {
                            return null;
                        }
                    };
                    tries.add(threads.submit(attempt));
                }
                int got = 0;
                for (Future<JobLock> each : tries) {
                    got += each.get() == null ? 0 : 1;
                }
                assertThat(got).as("round " + round).isEqualTo(1);
                clock.move(LEASE.plus(SKEW));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Any order of taking, renewing, dying and time passing: never two that may both rely on the lock. */
    @Test
    void noOrderOfEventsGivesItToTwo() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<JobLock> alive = new ArrayList<>();
        for (int step = 0; step < 3_000; step++) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    try {
                        alive.add(take("step " + step));
                    } catch (JobLock.Held e) {
                        assertThat(alive).as("seed " + seed + ", step " + step).isNotEmpty();
                    }
                }
                case 1 -> alive.forEach(JobLock::renew);
                case 2 -> clock.move(Duration.ofSeconds(random.nextInt(600)));
                default -> {
                    if (!alive.isEmpty() && random.nextBoolean()) {
                        alive.remove(random.nextInt(alive.size())).close();
                    }
                }
            }
            alive.forEach(JobLock::renew);
            alive.removeIf(JobLock::isLost);
            assertThat(alive).as("seed " + seed + ", step " + step).hasSizeLessThan(2);
        }
    }

    private JobLock take(String owner) throws JobLock.Held, IOException {
        JobLock lock = JobLock.take(new LocalFiles(folder), owner, LEASE, clock, losses::incrementAndGet);
        synchronized (taken) {
            taken.add(lock);
        }
        return lock;
    }

    /** A store that can be out of reach. */
    private static final class Unreliable implements ExclusiveFiles {
        private final ExclusiveFiles files;
        private boolean down;

        Unreliable(ExclusiveFiles files) {
            this.files = files;
        }

        private ExclusiveFiles reached() throws IOException {
            if (down) {
                throw new IOException("out of reach");
            }
            return files;
        }

        @Override
        public boolean create(String name, String content) throws IOException {
            return reached().create(name, content);
        }

        @Override
        public java.util.Optional<String> read(String name) throws IOException {
            return reached().read(name);
        }

        @Override
        public List<String> list() throws IOException {
            return reached().list();
        }

        @Override
        public void delete(String name) throws IOException {
            reached().delete(name);
        }
    }
}
