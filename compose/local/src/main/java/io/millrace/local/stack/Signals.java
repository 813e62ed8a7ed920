package io.millrace.local.stack;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Ends processes: first politely, then not. */
final class Signals {
    private Signals() {}

    /** Sends a signal such as {@code TERM}; a process that is gone already is fine. */
    static void send(String signal, long pid) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        switch (signal) {
            case "TERM" -> process.ifPresent(ProcessHandle::destroy);
            case "KILL" -> process.ifPresent(ProcessHandle::destroyForcibly);
            default -> Commands.succeeds("kill", "-s", signal, Long.toString(pid));
        }
    }

    static void killAll(List<ProcessTable.Entry> processes) {
        processes.forEach(entry -> send("KILL", entry.pid()));
    }

    /** Kills what {@code processes} lists until it lists nothing; false when something is still there in the end. */
    static boolean killUntilGone(Supplier<List<ProcessTable.Entry>> processes, Duration limit)
            throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            List<ProcessTable.Entry> left = processes.get();
            if (left.isEmpty()) {
                return true;
            }
            if (System.nanoTime() > end) {
                return false;
            }
            killAll(left);
            Thread.sleep(20);
        }
    }
}
