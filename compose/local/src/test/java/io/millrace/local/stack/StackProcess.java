package io.millrace.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The millrace command in a process of its own, as a person runs it. */
final class StackProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Path output;

    private StackProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static StackProcess start(Path folder, String... arguments) {
        try {
            Path output = Files.createTempFile(folder, "millrace-", ".out");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx128m",
                    "-XX:TieredStopAtLevel=1",
                    "-D" + Checkout.HOME_PROPERTY + "=" + Checkout.current().root(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.millrace.local.Millrace"));
            command.addAll(List.of(arguments));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            return new StackProcess(process, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command to its end. @return what it printed */
    static String run(int expectedCode, Path folder, String... arguments) throws Exception {
        try (StackProcess command = start(folder, arguments)) {
            assertThat(command.end()).as(command::output).isEqualTo(expectedCode);
            return command.output();
        }
    }

    StackProcess awaitReady() {
        await().atMost(LIMIT).until(() -> output().contains("Ready in") || !process.isAlive());
        assertThat(output()).contains("Ready in");
        return this;
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    int end() throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("ended in time")
                .isTrue();
        return process.exitValue();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    /** A range of free ports for one stack, above those that the servers of other tests take at the same time. */
    static int freePortBase() {
        for (int base = 27_100; base < 32_000; base += 20) {
            int candidate = base;
            boolean free =
                    java.util.stream.IntStream.range(candidate, candidate + 14).allMatch(StackProcess::isFree);
            if (free) {
                return candidate;
            }
        }
        throw new AssertionError("no free range of ports");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
