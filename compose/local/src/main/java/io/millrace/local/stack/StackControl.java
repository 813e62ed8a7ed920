package io.millrace.local.stack;

import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Ends a stack from another process. */
final class StackControl {
    /** Every group of services has its own limit; together they stay below this. */
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final StackFolder folder;
    private final ProcessTable table;
    private final PrintStream out;

    StackControl(StackFolder folder, ProcessTable table, PrintStream out) {
        this.folder = folder;
        this.table = table;
        this.out = out;
    }

    /** Whether a supervisor lives in the folder. */
    boolean isRunning() {
        if (!Files.exists(folder.lock())) {
            return false;
        }
        Optional<StackLock> lock = StackLock.tryTake(folder);
        lock.ifPresent(StackLock::close);
        return lock.isEmpty();
    }

    /**
     * Stops the supervisor, if there is one, and whatever is left of the stack.
     *
     * @throws StackException when a process cannot be ended
     */
    void down() throws InterruptedException {
        if (!Files.isDirectory(folder.root())) {
            out.println("Nothing runs: there is no stack in " + folder.root() + ".");
            return;
        }
        boolean running = isRunning();
        if (running) {
            stopSupervisor(Long.parseLong(StackLock.holder(folder)));
        }
        if (!Files.isDirectory(folder.root())) {
            out.println("Stopped. It was ephemeral: its state is gone, and no process is left.");
            return;
        }
        try (StackLock held = StackLock.take(folder)) {
            List<String> cleaned = new Leftovers(folder, table).clean();
            if (!cleaned.isEmpty()) {
                out.println("Ended what was left: " + String.join(", ", cleaned));
            }
            out.println(running || !cleaned.isEmpty() ? "Stopped. No process is left." : "Nothing runs.");
        }
    }

    private void stopSupervisor(long pid) throws InterruptedException {
        out.println("Stopping the stack, pid " + pid + " …");
        out.flush();
        Optional<ProcessTable.Entry> supervisor = table.find(pid);
        Signals.send("TERM", pid);
        long start = System.nanoTime();
        long told = start;
        // It gives the lock back before it is quite gone.
        while (isRunning() || isAlive(supervisor)) {
            long now = System.nanoTime();
            if (now - start > LIMIT.toNanos()) {
                out.println("It does not stop; killing it.");
                Signals.send("KILL", pid);
                Thread.sleep(200);
                return;
            }
            if (now - told > Duration.ofSeconds(5).toNanos()) {
                told = now;
                out.println("  still running: "
                        + String.join(
                                ", ", new Leftovers(folder, table).processes().keySet()));
                out.flush();
            }
            Thread.sleep(100);
        }
    }

    private boolean isAlive(Optional<ProcessTable.Entry> process) {
        return process.flatMap(then -> table.find(then.pid()).filter(now -> now.startTicks() == then.startTicks()))
                .isPresent();
    }
}
