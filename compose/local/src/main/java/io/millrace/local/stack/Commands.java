package io.millrace.local.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Short-lived helper processes. */
final class Commands {
    private Commands() {}

    /** Whether the command exists and ends with 0 within ten seconds. */
    static boolean succeeds(String... command) {
        return succeeds(List.of(command));
    }

    static boolean succeeds(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Runs a command to its end with the output appended to a log.
     *
     * @throws StackException when it does not end with 0, with the end of what it wrote
     */
    static void run(List<String> command, Map<String, String> environment, Path log) throws InterruptedException {
        try {
            long before = Files.exists(log) ? Files.size(log) : 0;
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            Process process = builder.start();
            try {
                int code = process.waitFor();
                if (code != 0) {
                    byte[] bytes = Files.readAllBytes(log);
                    String output =
                            new String(bytes, (int) before, bytes.length - (int) before, StandardCharsets.UTF_8);
                    throw new StackException(command.get(0) + " ended with " + code + ": " + output.strip());
                }
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new StackException("cannot run " + command.get(0) + ": " + e.getMessage(), e);
        }
    }
}
