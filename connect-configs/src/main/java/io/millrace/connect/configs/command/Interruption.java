package io.millrace.connect.configs.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM as a wish: the step that is under way is finished, what was reached is told, and then the process
 * ends.
 */
final class Interruption implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 90;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean requested;

    private Interruption(Runnable noticed) {
        hook = new Thread(
                () -> {
                    requested = true;
                    noticed.run();
                    awaitFinished();
                },
                "millrace-interruption");
    }

    static Interruption listen(Runnable noticed) {
        Interruption interruption = new Interruption(noticed);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    boolean isRequested() {
        return requested;
    }

    private void awaitFinished() {
        try {
            finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        finished.countDown();
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The process has begun to end: the hook runs and finds everything finished.
                return;
            }
        }
    }
}
