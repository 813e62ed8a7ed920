package io.millrace.tests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Prometheus' own tools, which are not on Maven Central: tests that need them are skipped, saying so, where they are missing. */
final class Promtool {
    private Promtool() {}

    /** What a run said and how it ended. */
    record Result(int exitCode, String output) {}

    /** The path of a program of Debian's package prometheus; skips the test when it is not there. */
    static Path require(String program) {
        Path path = Path.of("/usr/bin", program);
        assumeTrue(Files.isExecutable(path), program + " is not installed; apt-get install prometheus");
        return path;
    }

    static Result run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(require("promtool").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    /** The files of a folder with this ending, by name. */
    static List<Path> files(Path folder, String ending) {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
