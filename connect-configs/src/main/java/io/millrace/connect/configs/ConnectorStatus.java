package io.millrace.connect.configs;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a worker says about a connector and its tasks.
 *
 * @param name connector name
 * @param state {@code RUNNING}, {@code FAILED}, {@code PAUSED}, {@code STOPPED}, {@code UNASSIGNED} or {@code RESTARTING}
 * @param trace stack trace of a failed connector
 * @param tasks its tasks, by id; empty while it has not been given any
 */
public record ConnectorStatus(String name, String state, Optional<String> trace, List<Task> tasks) {
    /**
     * One task.
     *
     * @param id number of the task, from zero
     * @param state as for a connector
     * @param trace stack trace of a failed task
     */
    public record Task(int id, String state, Optional<String> trace) {
        private boolean isFailed() {
            return "FAILED".equals(state);
        }
    }

    public ConnectorStatus {
        tasks = List.copyOf(tasks);
    }

    /** Whether the connector and all its tasks run, and it has at least one task. */
    public boolean isRunning() {
        return "RUNNING".equals(state)
                && !tasks.isEmpty()
                && tasks.stream().allMatch(task -> "RUNNING".equals(task.state()));
    }

    /** Whether the connector and all its tasks are in this state. */
    public boolean isEntirely(String wanted) {
        return wanted.equals(state) && tasks.stream().allMatch(task -> wanted.equals(task.state()));
    }

    /** Whether the connector or a task of it has failed. */
    public boolean isFailed() {
        return "FAILED".equals(state) || tasks.stream().anyMatch(Task::isFailed);
    }

    /** Why it failed, in one line: the innermost cause of the first failure. Empty while nothing has failed. */
    public Optional<String> failure() {
        Stream<Optional<String>> traces = Stream.concat(
                Stream.of(trace).filter(there -> "FAILED".equals(state)),
                tasks.stream().filter(Task::isFailed).map(Task::trace));
        return traces.findFirst()
                .map(found -> found.map(ConnectorStatus::innermostCause).orElse("no trace was given"));
    }

    private static String innermostCause(String trace) {
        String cause = trace.lines().findFirst().orElse("");
        for (String line : trace.lines().toList()) {
            if (line.startsWith("Caused by: ")) {
                cause = line.substring("Caused by: ".length());
            }
        }
        return cause;
    }
}
