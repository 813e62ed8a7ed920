package io.millrace.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One running process of a service. It leads a session of its own: a Ctrl-C at the terminal then reaches only the
 * supervisor, which ends the services in order, and everything the process starts can be found and ended with it.
 */
final class ServiceProcess {
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

    private final ServiceSpec spec;
    private final Process process;
    private final PidFile identity;
    private final Path pidFile;
    private final ProcessTable table;
    private final Path state;

    private ServiceProcess(
            ServiceSpec spec, Process process, PidFile identity, Path pidFile, ProcessTable table, Path state) {
        this.spec = spec;
        this.process = process;
        this.identity = identity;
        this.pidFile = pidFile;
        this.table = table;
        this.state = state;
    }

    static ServiceProcess launch(ServiceSpec spec, StackFolder folder, ProcessTable table) throws IOException {
        Files.createDirectories(spec.workingDirectory());
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(spec.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(spec.workingDirectory().toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.log(spec.name()).toFile()));
        // The user's own Java settings are not meant for our servers, and the JVM prints a line about them.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"));
        builder.environment().putAll(spec.environment());
        Process process = builder.start();
        PidFile identity = table.find(process.pid())
                .map(entry -> PidFile.of(entry, table))
                .orElseGet(() -> new PidFile(process.pid(), -1, table.bootId()));
        Path pidFile = folder.pidFile(spec.name());
        identity.write(pidFile);
        return new ServiceProcess(spec, process, identity, pidFile, table, folder.root());
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Waits for the end of the process and then ends what it left behind. @return the exit code */
    int awaitEnd() throws InterruptedException {
        int code = process.waitFor();
        clear();
        return code;
    }

    /** Asks the process to end, insists after its limit, and ends what it left behind. */
    void stop() throws InterruptedException {
        Signals.send(spec.stopSignal(), pid());
        if (!process.waitFor(spec.stopLimit().toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
        }
        clear();
    }

    void kill() throws InterruptedException {
        Signals.killUntilGone(() -> identity.processes(table, state), KILL_LIMIT);
        process.destroyForcibly();
    }

    private void clear() throws InterruptedException {
        if (!Signals.killUntilGone(() -> identity.processes(table, state), KILL_LIMIT)) {
            throw new StackException("processes of " + spec.name() + " do not end even when killed: "
                    + identity.processes(table, state));
        }
        try {
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new StackException("cannot remove " + pidFile + ": " + e.getMessage(), e);
        }
    }
}
