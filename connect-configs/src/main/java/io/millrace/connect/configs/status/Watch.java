package io.millrace.connect.configs.status;

import io.millrace.connect.configs.ClusterException;
import io.millrace.connect.configs.ConnectRestException;
import io.millrace.connect.configs.SecretKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Prints something again and again until it is interrupted: in place on a terminal, one below the other elsewhere. */
public final class Watch {
    private static final int DEFAULT_WIDTH = 120;
    private static final String HOME_AND_CLEAR = "\033[H\033[J";

    private final PrintWriter out;
    private final boolean terminal;

    /** @param terminal whether the reader is a person at a terminal, so that the lines may be redrawn */
    public Watch(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * Draws, waits, draws again. Returns when the thread is interrupted.
     *
     * @param pause time between two drawings
     * @param drawing gives the lines for a width; a new drawing is shown only when it is complete
     */
    public void run(Duration pause, IntFunction<List<String>> drawing) {
        while (!Thread.currentThread().isInterrupted()) {
            List<String> lines = draw(drawing);
            out.print(terminal ? HOME_AND_CLEAR : "");
            lines.forEach(out::println);
            out.print(terminal ? "" : System.lineSeparator());
            out.flush();
            try {
                TimeUnit.MILLISECONDS.sleep(pause.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Servers come and go while somebody watches: that they cannot be reached is what there is to see then. */
    private List<String> draw(IntFunction<List<String>> drawing) {
        try {
            return drawing.apply(width(terminal));
        } catch (ConnectRestException | ClusterException e) {
            return List.of(SecretKeys.hideInUrls(String.valueOf(e.getMessage())));
        }
    }

    /**
     * How many characters a line may have: what the terminal or {@code COLUMNS} says, and without a terminal as many as
     * it takes.
     */
    public static int width(boolean terminal) {
        if (!terminal) {
            return Integer.MAX_VALUE;
        }
        String columns = System.getenv("COLUMNS");
        if (columns != null && columns.matches("[1-9]\\d{0,4}")) {
            return Integer.parseInt(columns);
        }
        try {
            Process size = new ProcessBuilder("stty", "size")
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String answer = new String(size.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return answer.matches("\\d+ [1-9]\\d{0,4}") ? Integer.parseInt(answer.split(" ")[1]) : DEFAULT_WIDTH;
        } catch (IOException e) {
            return DEFAULT_WIDTH;
        }
    }
}
