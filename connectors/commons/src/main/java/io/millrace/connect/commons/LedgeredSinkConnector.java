package io.millrace.connect.commons;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/** What the connectors of sinks with a ledger have in common: they hand their settings to tasks, which do the work. */
public abstract class LedgeredSinkConnector extends SinkConnector {
    private final String version;
    private final Class<? extends Task> taskClass;
    private final ConfigDef definition;
    private Map<String, String> properties = Map.of();

    /**
     * @param version of the plugin
     * @param definition every setting that the plugin knows
     */
    protected LedgeredSinkConnector(String version, Class<? extends Task> taskClass, ConfigDef definition) {
        this.version = version;
        this.taskClass = taskClass;
        this.definition = definition;
    }

    @Override
    public final String version() {
        return version;
    }

    @Override
    public final void start(Map<String, String> settings) {
        properties = Map.copyOf(settings);
    }

    @Override
    public final Class<? extends Task> taskClass() {
        return taskClass;
    }

    @Override
    public final List<Map<String, String>> taskConfigs(int maxTasks) {
        return SinkSettings.taskConfigs(properties, maxTasks);
    }

    @Override
    public final void stop() {
        // The tasks hold the connections.
    }

    @Override
    public final ConfigDef config() {
        return definition;
    }
}
