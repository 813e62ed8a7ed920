package io.millrace.connect.configs.command;

import io.millrace.connect.configs.apply.ApplyListener;
import io.millrace.connect.configs.apply.Outcome;
import io.millrace.connect.configs.plan.Change;
import io.millrace.connect.configs.plan.Paint;
import io.millrace.connect.configs.plan.Plan;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Prints one line per step as it is done, and on a terminal what is under way. */
final class ApplyProgress implements ApplyListener {
    private static final int LONGEST = 90;

    private final PrintWriter out;
    private final Paint paint;
    private final boolean terminal;
    private final int all;
    private final int width;
    private final long start = System.nanoTime();
    private int step;

    ApplyProgress(PrintWriter out, Paint paint, Plan plan) {
        this.out = out;
        this.paint = paint;
        this.terminal = paint.enabled();
        this.all = plan.changes().size();
        this.width = plan.changes().stream()
                .map(Change::name)
                .mapToInt(String::length)
                .max()
                .orElse(0);
    }

    @Override
    public synchronized void working(String what) {
        if (terminal) {
            out.print("\r\u001b[K  " + paint.dim(elapsed() + "  " + what));
            out.flush();
        }
    }

    @Override
    public synchronized void done(String symbol, String name, String what, Duration took) {
        step++;
        clear();
        String time = seconds(took);
        out.println("  " + count() + " " + paint.dim(" ".repeat(Math.max(0, 7 - time.length())) + time) + "  " + symbol
                + " " + pad(name) + "  " + shorten(what));
        out.flush();
    }

    @Override
    public synchronized void failed(String name, String what, List<String> details) {
        step++;
        clear();
        out.println("  " + count() + "          " + paint.red("!") + " " + pad(name) + "  " + paint.red(what));
        details.forEach(line -> out.println(" ".repeat(count().length() + 16) + line));
        out.flush();
    }

    synchronized void note(String text) {
        clear();
        out.println("  " + text);
        out.flush();
    }

    synchronized void finish(Outcome outcome) {
        clear();
        out.println();
        out.println(
                "  " + outcome.done().size() + " applied, " + outcome.failed().size() + " failed"
                        + (outcome.open() == 0 ? "" : ", " + outcome.open() + " not begun") + " in " + elapsed());
        if (!outcome.unverified().isEmpty()) {
            out.println("  sent but not watched to the end: " + String.join(", ", outcome.unverified())
                    + "; see ./millrace status");
        }
        if (!outcome.isComplete()) {
            out.println("  what was applied stays; ./millrace plan shows what is left");
        }
        out.flush();
    }

    private String count() {
        String total = Integer.toString(all);
        return "["
                + " ".repeat(Math.max(0, total.length() - Integer.toString(step).length())) + step + "/" + total + "]";
    }

    private String pad(String name) {
        return name + " ".repeat(Math.max(0, width - name.length()));
    }

    private static String shorten(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
    }

    private String elapsed() {
        return seconds(Duration.ofNanos(System.nanoTime() - start));
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    private void clear() {
        if (terminal) {
            out.print("\r\u001b[K");
        }
    }
}
