package io.millrace.spark.lake;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;

/** Writes tables two at a time, as a commit mostly waits for S3. Its threads go away while there is nothing to write. */
final class InParallel {
    private static final int AT_A_TIME = 2;
    private static final String POOL = "spark.scheduler.pool";

    private final ThreadPoolExecutor threads;

    InParallel(String name) {
        threads = new ThreadPoolExecutor(
                AT_A_TIME, AT_A_TIME, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Runs all tasks in the calling thread's scheduler pool. When one fails, the others are still finished, and then its
     * exception is thrown.
     *
     * @param session the session of the batch that the tasks write
     */
    void run(SparkSession session, List<Runnable> tasks) {
        String pool = session.sparkContext().getLocalProperty(POOL);
        List<Future<?>> running = new ArrayList<>();
        for (Runnable task : tasks) {
            running.add(threads.submit(() -> {
                session.sparkContext().setLocalProperty(POOL, pool);
                SparkSession.setActiveSession(session);
                task.run();
            }));
        }
        await(running);
    }

    private static void await(List<Future<?>> running) {
        RuntimeException failure = null;
        for (Future<?> each : running) {
            try {
                each.get();
            } catch (ExecutionException e) {
                RuntimeException found = e.getCause() instanceof RuntimeException cause
                        ? cause
                        : new IllegalStateException(e.getCause());
                if (failure == null) {
                    failure = found;
                } else {
                    failure.addSuppressed(found);
                }
            } catch (InterruptedException e) {
                running.forEach(other -> other.cancel(true));
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while tables were written", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
