package io.millrace.spark;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a run is told to end: by a signal, which lets it finish its batch and tell about itself, or by losing its lock. */
final class RunEnding {
    /** What comes after the batch: releasing the lock, telling the summary. */
    private static final Duration TELLING = Duration.ofSeconds(15);

    private static final Logger log = LoggerFactory.getLogger(RunEnding.class);

    private final Duration patience;
    private final CountDownLatch told = new CountDownLatch(1);
    private volatile boolean asked;
    private volatile boolean lockLost;

    RunEnding(Duration patience) {
        this.patience = patience;
    }

    /** @param stop lets the running batch finish within the given time; called by another thread */
    void with(Consumer<Duration> stop) {
        ShutdownHookManager.get()
                .addShutdownHook(
                        () -> {
                            asked = true;
                            stop.accept(patience);
                            await();
                        },
                        Driver.BEFORE_SPARK,
                        patience.plus(TELLING).plus(TELLING).toSeconds(),
                        TimeUnit.SECONDS);
    }

    private void await() {
        try {
            if (!told.await(patience.plus(TELLING).toSeconds(), TimeUnit.SECONDS)) {
                log.warn("the run did not end within {}; what it had not finished is done again next time", patience);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops all work at once, by another thread. */
    void lockLost(SparkSession spark) {
        lockLost = true;
        for (StreamingQuery query : spark.streams().active()) {
            try {
                query.stop();
            } catch (Exception e) {
                log.warn("{}: did not stop: {}", query.name(), Failures.sentence(e));
            }
        }
        spark.sparkContext().cancelAllJobs();
    }

    void told() {
        told.countDown();
    }

    boolean isAsked() {
        return asked;
    }

    boolean isLockLost() {
        return lockLost;
    }
}
