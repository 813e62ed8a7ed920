package io.millrace.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Built;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control tool as it is handed out: unpacked somewhere, without a checkout around it. */
class ControlArchiveIT {
    @TempDir
    private static Path folder;

    private static Path tool;

    @BeforeAll
    static void unpack() throws IOException {
        Path target = Built.checkout().resolve("connect-configs/target");
        try (Stream<Path> files = Files.list(target)) {
            Path archive = files.filter(file -> file.getFileName().toString().matches("millrace-control-.*\\.zip"))
                    .findFirst()
                    .orElseThrow();
            Unzip.into(folder, archive);
        }
        try (Stream<Path> unpacked = Files.list(folder)) {
            tool = unpacked.filter(Files::isDirectory).findFirst().orElseThrow().resolve("bin/millrace");
        }
        // The archive knows that it may be executed; Java's own unzipping forgets it.
        assertThat(tool.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void itsOwnFilesAreSound() throws Exception {
        assertThat(run(0, "validate", "--offline", "--env", "compose")).contains(": valid");
        assertThat(run(0, "contracts", "check")).contains("web.events").doesNotContain("SLF4J");
    }

    @Test
    void withoutAnEnvironmentItSaysHowToNameOne() throws Exception {
        assertThat(run(2, "plan")).contains("name an environment with --env");
    }

    @Test
    void itWritesManifestsWithoutAServer() throws Exception {
        assertThat(run(0, "kubernetes", "--env", "compose")).contains("kind: KafkaConnect", "kind: SparkApplication");
    }

    private static String run(int expected, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(tool.toString()));
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        String said = Files.readString(output);
        assertThat(process.exitValue()).as(said).isEqualTo(expected);
        return said;
    }
}
