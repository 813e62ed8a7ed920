package io.millrace.connect.configs.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.environment.Clusters;
import io.millrace.connect.configs.environment.Environment;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * How every connector of an environment is doing, one row each, in the order of their names. Immutable.
 *
 * @param rows the connectors
 * @param notes what could not be found out and why, a sentence each; the cells concerned are empty
 */
public record ConnectorTable(List<ConnectorRow> rows, List<String> notes) {
    /** What the columns mean, for the help of a command that prints the table; a paragraph each. */
    public static final List<String> LEGEND = List.of(
            "LAG, BEHIND of a sink: records that its group has not consumed, and the age of the oldest of them."
                    + " Markers of transactions are told apart as far as one fetch per partition reaches.",
            "BEHIND of a source: age of the newest record in the topics that it writes.",
            "DLQ: records that its dead letter topic still holds.",
            "RESTARTS: times that its tasks came back, as far as the workers' compacted status topic remembers, so 0"
                    + " does not prove that there were none. Going on after a pause is no restart; a stop or a delete"
                    + " starts at 0.",
            "DRIFT: in step; changed by hand since it was applied; not applied although its file changed; foreign:"
                    + " this tool did not apply it; missing.");

    private static final ObjectMapper JSON = new ObjectMapper();

    public ConnectorTable {
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }

    /**
     * Asks the workers and the brokers. Takes a few seconds at most, however many connectors there are; what the brokers
     * do not answer in that time is left empty.
     *
     * @param environment which topics the workers use
     * @param clusters access to that environment; stays open
     * @param declared what the files declare, resolved for this environment; empty when nobody knows, and then a missing
     *     or outdated connector does not show
     * @param clock what ages are measured with
     * @throws io.millrace.connect.configs.ConnectRestException when no worker can be reached
     */
    public static ConnectorTable read(
            Environment environment, Clusters clusters, Collection<DeclaredConnector> declared, Clock clock) {
        return new StatusReader(environment, clusters, clock).read(declared);
    }

    /**
     * The table as text, and the notes below it.
     *
     * @param width number of characters that a line may have; the last column is cut to fit
     */
    public List<String> render(int width) {
        List<String> lines = new ArrayList<>(StatusText.lines(rows, width));
        notes.forEach(note -> lines.add("note: " + note));
        return lines;
    }

    /** The rows; what is not known is {@code null}, and seconds are fractional. */
    public ArrayNode json() {
        return StatusText.json(rows, JSON);
    }

    /** Whether a connector or a task has failed, or a declared connector is missing. */
    public boolean hasFailures() {
        return rows.stream()
                .anyMatch(
                        row -> row.error().isPresent() || row.state().equals("FAILED") || row.drift() == Drift.MISSING);
    }
}
