package io.millrace.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A real server as a child process, with its output in a file. It can be killed and frozen as the operating system does. */
public final class ServerProcess implements AutoCloseable {
    private final Process process;
    private final Path log;

    private ServerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts any command. Its output is appended to {@code log}, which may lie in a folder that does not exist yet. */
    public static ServerProcess start(Path log, Map<String, String> environment, List<String> command) {
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            return new ServerProcess(builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a JVM that logs warnings, and what {@code io.millrace} says, to {@code folder/name.log}.
     *
     * @param options of the JVM, for example its heap
     * @param command main class and arguments
     */
    public static ServerProcess java(
            Path folder,
            String name,
            Map<String, String> environment,
            String classPath,
            List<String> options,
            List<String> command) {
        List<String> all = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dlog4j2.configurationFile=" + logging(folder)));
        all.addAll(options);
        all.addAll(List.of("-cp", classPath));
        all.addAll(command);
        return start(folder.resolve(name + ".log"), environment, all);
    }

    /** Waits for a command that ends by itself; throws with its output when it fails. */
    public void awaitSuccess() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            close();
            throw new IllegalStateException("failed:\n" + log());
        }
    }

    /** Throws with its output when the server has ended; to be asked while something is awaited from it. */
    public void requireAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the server ended:\n" + log());
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGTERM, and waits for the end. */
    public void terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            kill();
            throw new IllegalStateException("did not end within a minute:\n" + log());
        }
    }

    /** SIGSTOP: the process keeps its connections and does nothing. */
    public void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT. */
    public void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    private void signal(String name) throws IOException, InterruptedException {
        if (new ProcessBuilder("kill", name, Long.toString(pid())).start().waitFor() != 0) {
            throw new IllegalStateException("could not send " + name);
        }
    }

    private static Path logging(Path folder) {
        Path file = folder.resolve("log4j2.properties");
        try {
            Files.createDirectories(folder);
            Files.writeString(
                    file,
                    """
                    appender.out.type=Console
                    appender.out.name=out
                    appender.out.layout.type=PatternLayout
                    appender.out.layout.pattern=%d %p %c{1} %m%n
                    rootLogger.level=WARN
                    rootLogger.appenderRef.out.ref=out
                    logger.millrace.name=io.millrace
                    logger.millrace.level=INFO
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }
}
