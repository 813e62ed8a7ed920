package io.millrace.local.send;

import java.time.Duration;
import java.util.Locale;

/** One line about a sending: share of the file, events, rate, time left. */
final class SendProgress {
    private final SendCounts counts;
    private final long fileBytes;
    private final long started = System.nanoTime();

    SendProgress(SendCounts counts, long fileBytes) {
        this.counts = counts;
        this.fileBytes = fileBytes;
    }

    String line() {
        return line(counts, fileBytes, Duration.ofNanos(System.nanoTime() - started));
    }

    static String line(SendCounts counts, long fileBytes, Duration elapsed) {
        double seconds = Math.max(0.001, elapsed.toMillis() / 1000.0);
        double share = fileBytes == 0 ? 1 : Math.min(1, counts.bytesRead.get() / (double) fileBytes);
        String line = String.format(
                Locale.ROOT,
                "%3.0f %%  %,d events  %,.0f/s",
                share * 100,
                counts.accepted.get(),
                counts.accepted.get() / seconds);
        if (share > 0.01 && share < 1 && counts.waitingFor().isEmpty()) {
            line += String.format(Locale.ROOT, "  %.0f s left", seconds * (1 - share) / share);
        }
        return line + counts.waitingFor().map(reason -> "  waiting: " + reason).orElse("");
    }
}
