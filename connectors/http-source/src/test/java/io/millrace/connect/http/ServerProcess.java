package io.millrace.connect.http;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A real server in a JVM of its own, which can be killed as the operating system kills. */
final class ServerProcess implements AutoCloseable {
    private final Process process;
    private final Path log;

    private ServerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static ServerProcess start(Path folder, String name, String mainClass, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlog4j2.configurationFile=" + logging(folder),
                "-cp",
                classPath(),
                mainClass));
        command.addAll(List.of(arguments));
        return start(folder, name, Map.of(), command);
    }

    static ServerProcess start(Path folder, String name, Map<String, String> environment, List<String> command)
            throws IOException {
        Path log = folder.resolve(name + ".log");
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
            throw new IllegalStateException("failed:\n" + Files.readString(log));
        }
    }

    /** As {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    boolean alive() {
        return process.isAlive();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    /** The servers' own class path: that of the tests without what only the plugin path has. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("millrace")
                        && !entry.contains("apicurio")
                        && !entry.contains(File.separator + "target"))
                .collect(Collectors.joining(File.pathSeparator));
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
                    logger.millrace.name=io.millrace
                    logger.millrace.level=INFO
                    """);
        }
        return file;
    }
}
