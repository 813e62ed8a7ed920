package io.millrace.local.client;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Says how far something is: on a terminal one block of text that is drawn over itself, elsewhere plain lines now and then.
 * Begins after two seconds, as what is over sooner needs none. Safe for use by several threads.
 */
public final class ProgressLine implements AutoCloseable {
    private static final Duration FIRST = Duration.ofSeconds(2);

    private final PrintStream out;
    private final boolean terminal;
    private final Supplier<String> text;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "progress");
        thread.setDaemon(true);
        return thread;
    });
    private int drawnLines;
    private String last = "";

    /**
     * @param out where to draw
     * @param terminal whether what is drawn can be drawn over
     * @param text the present state, one line or more, without a line end; called on another thread
     */
    public ProgressLine(PrintStream out, boolean terminal, Supplier<String> text) {
        this.out = out;
        this.terminal = terminal;
        this.text = text;
        long period = terminal ? 500 : 5_000;
        clock.scheduleAtFixedRate(this::draw, FIRST.toMillis(), period, TimeUnit.MILLISECONDS);
    }

    /** Draws to the error stream, as a terminal when there is one. */
    public static ProgressLine start(Supplier<String> text) {
        return new ProgressLine(System.err, System.console() != null, text);
    }

    /** Prints a line above the progress. */
    public synchronized void note(String line) {
        erase();
        out.println(line);
        out.flush();
    }

    /** Takes the progress off the terminal; nothing is drawn after it. */
    @Override
    public void close() {
        clock.shutdownNow();
        synchronized (this) {
            erase();
            out.flush();
            last = null;
        }
    }

    private synchronized void draw() {
        if (last == null) {
            return; // closed while this was waiting
        }
        String now = text.get();
        if (!terminal && now.equals(last)) {
            return;
        }
        erase();
        out.println(now);
        out.flush();
        last = now;
        drawnLines = terminal ? (int) now.lines().count() : 0;
    }

    private void erase() {
        if (drawnLines > 0) {
            out.print("\u001b[" + drawnLines + "F\u001b[J");
            drawnLines = 0;
        }
    }
}
