package io.millrace.local.stack;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Shows a stack coming up: on a terminal a table that is drawn over itself, elsewhere one line per change. Once closed it
 * prints only what needs attention. Safe for use by several threads.
 */
final class Progress implements AutoCloseable {
    private final PrintStream out;
    private final boolean terminal;
    private final Instant start;
    private final Supplier<List<NodeStatus>> statuses;
    private int drawn;
    private boolean closed;
    private Thread redraw;

    Progress(PrintStream out, boolean terminal, Instant start, Supplier<List<NodeStatus>> statuses) {
        this.out = out;
        this.terminal = terminal;
        this.start = start;
        this.statuses = statuses;
    }

    void open() {
        if (terminal) {
            redraw = new Thread(this::redraw, "progress");
            redraw.setDaemon(true);
            redraw.start();
        }
    }

    synchronized void changed(NodeStatus status) {
        if (closed) {
            switch (status.state()) {
                case RESTARTING ->
                    line(status.name() + " " + status.detail() + "; starting it again (restart " + status.restarts()
                            + ")");
                case UP -> line(status.name() + " is up");
                default -> {}
            }
        } else if (!terminal && status.state() != NodeState.WAITING && isNews(status)) {
            line(String.format(
                    Locale.ROOT,
                    "%5.1f s  %-31s %-10s %s",
                    seconds(start, status.since()),
                    status.name(),
                    label(status.state()),
                    status.detail()));
        }
    }

    /** A start that has no process yet is told only once there is one. */
    private static boolean isNews(NodeStatus status) {
        return !(status.service()
                && status.state() == NodeState.STARTING
                && status.pid().isEmpty());
    }

    /** A message outside of the table. */
    synchronized void line(String text) {
        out.println(text);
        out.flush();
    }

    /** Draws the table for the last time. */
    @Override
    public void close() {
        // Read before our lock is taken: who reports a change holds the statuses' lock and then wants ours.
        List<NodeStatus> last = statuses.get();
        synchronized (this) {
            if (terminal && !closed) {
                draw(last);
            }
            closed = true;
        }
        if (redraw != null) {
            redraw.interrupt();
        }
    }

    private void redraw() {
        try {
            while (draw(statuses.get())) {
                Thread.sleep(200);
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    /** False when there is nothing to draw any more. */
    private synchronized boolean draw(List<NodeStatus> current) {
        if (closed) {
            return false;
        }
        List<String> lines = table(current, start, Instant.now());
        StringBuilder text = new StringBuilder();
        if (drawn > 0) {
            text.append("\u001b[").append(drawn).append('A');
        }
        lines.forEach(line -> text.append("\u001b[2K").append(line).append('\n'));
        drawn = lines.size();
        out.print(text);
        out.flush();
        return true;
    }

    static List<String> table(List<NodeStatus> statuses, Instant start, Instant now) {
        List<String> lines = new ArrayList<>();
        for (NodeStatus status : statuses) {
            boolean settled = status.state().satisfies() || status.state() == NodeState.STOPPED;
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-31s %-10s %7s  %s",
                    status.name(),
                    label(status.state()),
                    status.state() == NodeState.WAITING
                            ? ""
                            : String.format(Locale.ROOT, "%.1f s", seconds(start, settled ? status.since() : now)),
                    shortened(status.detail())));
        }
        return lines;
    }

    /** Longer lines would wrap, and then the next drawing would begin too low. */
    private static String shortened(String detail) {
        return detail.length() > 36 ? detail.substring(0, 35) + "…" : detail;
    }

    private static String label(NodeState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }
}
