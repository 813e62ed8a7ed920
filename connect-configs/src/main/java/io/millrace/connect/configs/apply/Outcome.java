package io.millrace.connect.configs.apply;

import java.util.List;

/**
 * How far a plan was carried out.
 *
 * @param done names of what was changed and works
 * @param failed names of what failed and was put back
 * @param unverified names of what was sent and not watched to the end, because somebody interrupted
 * @param open how many changes were not begun
 */
public record Outcome(List<String> done, List<String> failed, List<String> unverified, int open) {
    public Outcome {
        done = List.copyOf(done);
        failed = List.copyOf(failed);
        unverified = List.copyOf(unverified);
    }

    /** Whether the whole plan is carried out. */
    public boolean isComplete() {
        return failed.isEmpty() && unverified.isEmpty() && open == 0;
    }
}
