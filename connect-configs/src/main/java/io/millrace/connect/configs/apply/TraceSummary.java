package io.millrace.connect.configs.apply;

import java.util.ArrayList;
import java.util.List;

/** The few lines of a stack trace that tell somebody what to mend: the innermost cause, and where it arose. */
final class TraceSummary {
    private static final int FRAMES = 3;
    private static final List<String> PLUMBING = List.of(
            "java.", "javax.", "jdk.", "sun.", "org.apache.kafka.connect.runtime.", "org.apache.kafka.common.utils.");

    private TraceSummary() {}

    static List<String> of(String trace) {
        List<String> lines = trace.lines().map(String::strip).toList();
        int innermost = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("Caused by: ")) {
                innermost = i;
            }
        }
        List<String> summary = new ArrayList<>();
        if (lines.isEmpty()) {
            return summary;
        }
        summary.add(lines.get(innermost).replaceFirst("^Caused by: ", ""));
        lines.stream()
                .skip(innermost + 1L)
                .takeWhile(line -> !line.startsWith("Caused by: "))
                .filter(line -> line.startsWith("at "))
                .filter(line -> PLUMBING.stream().noneMatch(line.substring("at ".length())::startsWith))
                .limit(FRAMES)
                .forEach(line -> summary.add("  " + line));
        return summary;
    }
}
