package io.millrace.local.send;

import io.millrace.local.client.EventClient;
import io.millrace.local.client.ProgressLine;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A sending with a person watching: progress, and the first few lines that went wrong. */
public final class SendRun {
    /** So many malformed lines and refusals are told; the rest is only counted. */
    private static final int TOLD = 5;

    private SendRun() {}

    /**
     * Sends a file and prints to the error stream how it goes.
     *
     * @param listener hears it, too
     * @throws SendException when it cannot be completed
     */
    public static SendReport send(
            EventClient client, SourceFile file, FileSender.Options options, SendListener listener)
            throws IOException, SendException, InterruptedException {
        Watcher watcher = new Watcher(file, listener);
        FileSender sender = new FileSender(client, options, watcher);
        SendProgress progress = new SendProgress(sender.counts(), file.size());
        try (ProgressLine shown = ProgressLine.start(progress::line)) {
            watcher.shown = shown;
            return sender.send(file);
        }
    }

    private static final class Watcher implements SendListener {
        private final SourceFile file;
        private final SendListener next;
        private final AtomicInteger malformed = new AtomicInteger();
        private final AtomicInteger refused = new AtomicInteger();
        private volatile ProgressLine shown;

        Watcher(SourceFile file, SendListener next) {
            this.file = file;
            this.next = next;
        }

        @Override
        public void accepted(List<Event> events) {
            next.accepted(events);
        }

        @Override
        public void malformed(long line, String reason) {
            tell(
                    malformed.incrementAndGet(),
                    file.path() + ":" + line + " is malformed: it " + reason,
                    "malformed lines");
            next.malformed(line, reason);
        }

        @Override
        public void refused(Event event, Optional<String> field, String reason) {
            String what = field.map(name -> name + " " + reason).orElse(reason);
            tell(refused.incrementAndGet(), file.path() + ":" + event.line() + " was refused: " + what, "refusals");
            next.refused(event, field, reason);
        }

        @Override
        public void retrying(String reason) {
            next.retrying(reason);
        }

        private void tell(int count, String text, String kind) {
            if (count <= TOLD) {
                shown.note(text);
            } else if (count == TOLD + 1) {
                shown.note("more " + kind + " are counted, not shown");
            }
        }
    }
}
