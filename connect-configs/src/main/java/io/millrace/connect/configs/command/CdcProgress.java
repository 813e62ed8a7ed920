package io.millrace.connect.configs.command;

import io.millrace.connect.configs.cdc.onboard.StepListener;
import io.millrace.connect.configs.plan.Paint;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Prints one line per step, and on a terminal what is under way. */
final class CdcProgress implements StepListener {
    private final PrintWriter out;
    private final Paint paint;
    private final BooleanSupplier interrupted;
    private final long start = System.nanoTime();
    private String last = "";

    CdcProgress(PrintWriter out, Paint paint, BooleanSupplier interrupted) {
        this.out = out;
        this.paint = paint;
        this.interrupted = interrupted;
    }

    @Override
    public void beginning(String step) {
        progress(step);
    }

    @Override
    public void done(String step, String what, Duration took) {
        clear();
        String time = took.isZero() ? "was done" : "%.1f s".formatted(took.toMillis() / 1000.0);
        out.println("  " + paint.green("+") + " %-12s %9s  %s".formatted(step, time, what));
        out.flush();
    }

    @Override
    public void undoing(String step) {
        progress("taking back " + step);
    }

    @Override
    public void undone(String step) {
        clear();
        out.println("  " + paint.red("-") + " " + step);
        out.flush();
    }

    @Override
    public void progress(String text) {
        if (paint.enabled()) {
            out.print("\r\u001b[K  " + paint.dim(text));
            out.flush();
        } else if (!text.equals(last) && text.contains("  ")) {
            out.println("    " + text + "  (" + (System.nanoTime() - start) / 1_000_000_000 + " s)");
            out.flush();
        }
        last = text;
    }

    private void clear() {
        if (paint.enabled()) {
            out.print("\r\u001b[K");
        }
    }

    @Override
    public boolean isInterrupted() {
        return interrupted.getAsBoolean();
    }
}
