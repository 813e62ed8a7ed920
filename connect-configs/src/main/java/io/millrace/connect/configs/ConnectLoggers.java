package io.millrace.connect.configs;

import static io.millrace.connect.configs.ConnectTransport.encode;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import java.util.TreeMap;

/** Log levels of running workers; they last until a worker ends. Safe for use by several threads. */
public final class ConnectLoggers {
    private final ConnectTransport worker;

    ConnectLoggers(ConnectTransport worker) {
        this.worker = worker;
    }

    /** Level by logger name, of those that have one of their own at the worker that is asked. */
    public Map<String, String> levels() {
        Map<String, String> levels = new TreeMap<>();
        worker.get("list the loggers", "/admin/loggers")
                .properties()
                .forEach(logger -> levels.put(
                        logger.getKey(), logger.getValue().path("level").asText()));
        return levels;
    }

    /**
     * Sets a level at every worker of the group. They take it over one after the other, so the answer comes before all
     * have it.
     *
     * @param logger logger name, such as {@code org.apache.kafka.connect}, or {@code root}
     * @param level {@code TRACE}, {@code DEBUG}, {@code INFO}, {@code WARN}, {@code ERROR}, {@code FATAL} or {@code OFF}
     */
    public void set(String logger, String level) {
        worker.require(
                "set the level of " + logger,
                "PUT",
                "/admin/loggers/" + encode(logger) + "?scope=cluster",
                JsonNodeFactory.instance.objectNode().put("level", level));
    }
}
