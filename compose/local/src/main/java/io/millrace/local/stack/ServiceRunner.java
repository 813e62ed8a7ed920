package io.millrace.local.stack;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Keeps one service running: waits for what it needs, starts it, awaits its health, starts it again when it dies.
 *
 * <pre>
 * WAITING -> STARTING -> UP -> (died) RESTARTING -> STARTING ...
 *               |                          |
 *               +--- too slow ---> FAILED <+--- too many quick failures
 * </pre>
 */
final class ServiceRunner implements Runnable {
    private static final int TAIL_LINES = 15;
    private static final Duration PROBE_INTERVAL = Duration.ofMillis(150);

    private final ServiceSpec spec;
    private final StackFolder folder;
    private final ProcessTable table;
    private final StatusBoard board;
    private final CountDownLatch stopRequest = new CountDownLatch(1);
    private ServiceProcess process;

    ServiceRunner(ServiceSpec spec, StackFolder folder, ProcessTable table, StatusBoard board) {
        this.spec = spec;
        this.folder = folder;
        this.table = table;
        this.board = board;
    }

    @Override
    public void run() {
        try {
            for (Node.Dependency dependency : spec.dependencies()) {
                board.await(dependency);
            }
            int failures = 0;
            while (!stopRequested()) {
                failures = runOnce(failures);
                if (stopRequested() || board.get(spec.name()).state() == NodeState.FAILED) {
                    return;
                }
                stopRequest.await(spec.backoff().delay(failures).toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            // Asked to stop before there was a process, or while waiting for one: nothing is left to do.
        } catch (Exception | LinkageError e) {
            board.fail(spec.name(), spec.name() + " cannot be started: " + message(e) + tail());
        }
    }

    /** One life of the process. @return quick failures in a row, this one included */
    private int runOnce(int failures) throws Exception {
        board.enter(spec.name(), NodeState.STARTING, OptionalLong.empty(), "");
        spec.preparation().run();
        long start = System.nanoTime();
        ServiceProcess current = launch();
        if (current == null) {
            return failures;
        }
        board.enter(spec.name(), NodeState.STARTING, OptionalLong.of(current.pid()), "");
        boolean healthy = awaitHealth(current);
        if (healthy) {
            board.enter(spec.name(), NodeState.UP, OptionalLong.of(current.pid()), "");
        }
        int code = current.awaitEnd();
        if (stopRequested() || board.get(spec.name()).state() == NodeState.FAILED) {
            return failures;
        }
        int count = spec.backoff().count(failures, healthy, Duration.ofNanos(System.nanoTime() - start));
        if (spec.backoff().givesUp(count)) {
            board.fail(
                    spec.name(),
                    spec.name() + " ended " + count + " times in a row soon after its start, the last time with "
                            + exit(code) + tail());
            return count;
        }
        board.restarting(spec.name(), "died with " + exit(code));
        return count;
    }

    private synchronized ServiceProcess launch() throws IOException {
        if (!stopRequested()) {
            process = ServiceProcess.launch(spec, folder, table);
            return process;
        }
        return null;
    }

    /** False when the process ended before it was healthy. */
    private boolean awaitHealth(ServiceProcess current) throws InterruptedException {
        long end = System.nanoTime() + spec.startLimit().toNanos();
        while (current.alive() && !stopRequested()) {
            String reason;
            try {
                spec.probe().check();
                return current.alive();
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                reason = message(e);
            }
            if (System.nanoTime() > end) {
                board.fail(
                        spec.name(),
                        spec.name() + " was not healthy after "
                                + spec.startLimit().toSeconds() + " s: " + reason + tail());
                current.kill();
                return false;
            }
            stopRequest.await(PROBE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        }
        return false;
    }

    /** Ends the service; after this it will not be started again. Returns when no process of it is left. */
    void stop() throws InterruptedException {
        ServiceProcess running;
        synchronized (this) {
            stopRequest.countDown();
            running = process;
        }
        if (running != null && running.alive()) {
            board.enter(spec.name(), NodeState.STOPPING, OptionalLong.of(running.pid()), "");
            running.stop();
        }
        if (board.get(spec.name()).state() != NodeState.FAILED) {
            board.enter(spec.name(), NodeState.STOPPED, OptionalLong.empty(), "");
        }
    }

    private boolean stopRequested() {
        return stopRequest.getCount() == 0;
    }

    private String tail() {
        return "\nThe end of " + folder.log(spec.name()) + ":\n"
                + LogTail.of(folder.log(spec.name()), TAIL_LINES).indent(4);
    }

    private static String message(Throwable e) {
        return e instanceof StackException ? e.getMessage() : String.valueOf(e);
    }

    private static String exit(int code) {
        return code > 128 ? "signal " + (code - 128) : "exit code " + code;
    }
}
