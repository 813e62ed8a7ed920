package io.millrace.connect.configs.apply;

import java.time.Duration;
import java.util.List;

/** Hears what happens while a plan is carried out; called by one thread, secrets already hidden. */
public interface ApplyListener {
    /** A step has begun, or goes on: for a terminal's last line. */
    void working(String what);

    /** A step is done. */
    void done(String symbol, String name, String what, Duration took);

    /** A step has failed; {@code details} say why and what was put back. */
    void failed(String name, String what, List<String> details);
}
