package io.millrace.connect.configs.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A real server in a JVM of its own. */
final class ServerProcess implements AutoCloseable {
    private final Process process;
    private final Path log;

    private ServerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** @param arguments what follows {@code java} and the options that make it small */
    static ServerProcess start(Path folder, String name, Map<String, String> environment, List<String> arguments)
            throws IOException {
        Path log = folder.resolve(name + ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlog4j2.configurationFile=" + logging(folder)));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new ServerProcess(builder.start(), log);
    }

    /** Waits for a command that ends by itself. */
    void awaitSuccess() throws InterruptedException, IOException {
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            close();
            throw new IllegalStateException("failed:\n" + log());
        }
    }

    /** Throws when the server has ended; to be asked while something is awaited from it. */
    void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("the server ended:\n" + log());
        }
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    private static Path logging(Path folder) throws IOException {
        Path file = folder.resolve("log4j2.properties");
        if (!Files.exists(file)) {
            Files.writeString(
                    file,
                    """
                    appender.out.type=Console
                    appender.out.name=out
                    appender.out.layout.type=PatternLayout
                    appender.out.layout.pattern=%d %p %c{1} %m%n
                    rootLogger.level=WARN
                    rootLogger.appenderRef.out.ref=out
                    """);
        }
        return file;
    }
}
