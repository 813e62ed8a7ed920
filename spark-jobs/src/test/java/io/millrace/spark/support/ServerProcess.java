package io.millrace.spark.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** A real server as a child process, with its output in a file. */
public final class ServerProcess implements AutoCloseable {
    private final Process process;
    private final Path log;

    private ServerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    public static ServerProcess start(Path log, ProcessBuilder builder) {
        try {
            Files.createDirectories(log.getParent());
            builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            return new ServerProcess(builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #start(Path, ProcessBuilder)}, with stdout in a file of its own. */
    public static ServerProcess start(Path log, Path stdout, ProcessBuilder builder) {
        try {
            Files.createDirectories(log.getParent());
            builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .redirectOutput(stdout.toFile());
            return new ServerProcess(builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the server is ready; fails with the end of its output when it ends before. */
    public void await(Duration patience, BooleanSupplier ready) {
        Awaitility.await()
                .atMost(patience)
                .pollInterval(Duration.ofMillis(500))
                .failFast(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("the server ended:\n" + tail());
                    }
                })
                .until(ready::getAsBoolean);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** kill -9. */
    public void kill() {
        process.destroyForcibly();
        waitFor();
    }

    /** SIGTERM. */
    public int terminate() {
        process.destroy();
        return waitFor();
    }

    public int waitFor() {
        return waitFor(Duration.ofSeconds(60));
    }

    /** Gives the exit code; fails when it does not end in time. */
    public int waitFor(Duration patience) {
        try {
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("did not end within " + patience + ":\n" + tail());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 150), lines.size()));
        } catch (IOException e) {
            return "(no output: " + e + ")";
        }
    }

    @Override
    public void close() {
        kill();
    }
}
