package io.millrace.local.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.client.ProgressLine;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SendProgressTest {
    private final SendCounts counts = new SendCounts(new SendListener() {});

    @Test
    void theLineSaysHowFarHowFastAndHowLongStill() {
        counts.bytesRead.set(250);
        counts.accepted(java.util.Collections.nCopies(1_000, null));
        assertThat(SendProgress.line(counts, 1_000, Duration.ofSeconds(10)))
                .isEqualTo(" 25 %  1,000 events  100/s  30 s left");
    }

    @Test
    void aCollectorThatIsAwayIsNamedUntilItAnswers() {
        counts.retrying("no answer");
        assertThat(SendProgress.line(counts, 1_000, Duration.ofSeconds(1))).endsWith("waiting: no answer");
        counts.accepted(List.of());
        assertThat(SendProgress.line(counts, 1_000, Duration.ofSeconds(1))).doesNotContain("waiting");
    }

    @Test
    void refusalsAndMalformedLinesAreCountedAndPassedOn() {
        StringBuilder heard = new StringBuilder();
        SendCounts passing = new SendCounts(new SendListener() {
            @Override
            public void refused(Event event, Optional<String> field, String reason) {
                heard.append("refused ").append(reason);
            }

            @Override
            public void malformed(long line, String reason) {
                heard.append("malformed ").append(line).append(", ");
            }
        });
        passing.malformed(7, "is odd");
        passing.refused(null, Optional.empty(), "why");
        assertThat(heard).hasToString("malformed 7, refused why");
        SendReport report = passing.report("s", 1);
        assertThat(report.malformed()).isEqualTo(1);
        assertThat(report.refused()).isEqualTo(1);
    }

    @Test
    void aNoteIsPrintedAndShortWorkShowsNoProgress() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ProgressLine line = new ProgressLine(new PrintStream(out, true), true, () -> "progress")) {
            line.note("a note");
        }
        assertThat(out.toString()).isEqualTo("a note" + System.lineSeparator());
    }
}
