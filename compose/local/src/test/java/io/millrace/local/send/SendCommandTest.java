package io.millrace.local.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the command refuses before it sends anything. */
class SendCommandTest {
    private static final int USAGE = 2;
    private static final int TRY_AGAIN = 75;

    @TempDir
    private Path folder;

    private final StringWriter errors = new StringWriter();

    @Test
    void logLinesAreNoEventsOfAnotherKind() throws IOException {
        Path log = Files.writeString(
                folder.resolve("access.log"), "1.2.3.4 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\"\n");
        assertThat(execute("--topic", "shop.visits", log.toString())).isEqualTo(USAGE);
        assertThat(errors.toString()).contains("--topic takes files of format ndjson");
    }

    @Test
    void aTopicThatCannotBeOneIsRefused() throws IOException {
        Path events = Files.writeString(folder.resolve("events.ndjson"), "{}\n");
        assertThat(execute("--topic", "../healthz", events.toString())).isEqualTo(USAGE);
        assertThat(errors.toString()).contains("--topic must be the name of a topic, not ../healthz");
    }

    @Test
    void aCollectorThatDoesNotAnswerIsWorthTryingAgain() throws IOException {
        Path events = Files.writeString(folder.resolve("events.ndjson"), "{}\n");
        assertThat(execute(
                        "--topic",
                        "shop.visits",
                        "--url",
                        "http://127.0.0.1:1/v1/events",
                        "--retry-for",
                        "0s",
                        events.toString()))
                .isEqualTo(TRY_AGAIN);
    }

    private int execute(String... arguments) {
        return new CommandLine(new SendCommand())
                .setErr(new PrintWriter(errors))
                .execute(arguments);
    }
}
