package io.millrace.local.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** States of connectors and tasks, as Connect's REST interface tells them. */
final class ConnectCollector implements Collector {
    private static final String[] STATES = {"RUNNING", "FAILED", "PAUSED", "STOPPED", "UNASSIGNED", "RESTARTING"};

    private final HttpJson connect;

    ConnectCollector(HttpJson connect) {
        this.connect = connect;
    }

    @Override
    public String name() {
        return "connect";
    }

    @Override
    public void collect(PrometheusText text) throws IOException, InterruptedException {
        for (Map.Entry<String, JsonNode> entry :
                connect.get("/connectors?expand=status").properties()) {
            JsonNode status = entry.getValue().path("status");
            Map<String, Integer> tasks = new TreeMap<>();
            status.path("tasks").forEach(task -> tasks.merge(task.path("state").asText(), 1, Integer::sum));
            for (String state : STATES) {
                text.gauge(
                        "millrace_connector_state",
                        "1 for the connector's state.",
                        state.equals(status.at("/connector/state").asText()) ? 1 : 0,
                        "connector",
                        entry.getKey(),
                        "state",
                        state);
                text.gauge(
                        "millrace_connector_tasks",
                        "Tasks of a connector by state.",
                        tasks.getOrDefault(state, 0),
                        "connector",
                        entry.getKey(),
                        "state",
                        state);
            }
        }
    }
}
