package io.millrace.connect.configs.command;

import io.millrace.connect.configs.ClusterException;
import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.ConnectRestException;
import io.millrace.connect.configs.environment.Clusters;
import io.millrace.connect.configs.plan.Redaction;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that puts one connector into another state and waits until it is there. */
abstract class StateCommand extends ControlCommand {
    private final ControlDefaults defaults;

    @Mixin
    private EnvironmentOption environment;

    @Mixin
    private ConnectorName connector;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long to wait for the new state (default: ${DEFAULT-VALUE}).")
    private int wait;

    StateCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    /** Asks for the new state, waits until it is reached, and returns what to say. */
    abstract String change(ConnectClient connect, String name, Duration limit);

    @Override
    final int run() {
        try (Clusters clusters = environment.environment(defaults).open()) {
            ConnectClient connect = clusters.connect();
            String name = connector.existing(connect);
            try {
                out().println(name + ": " + change(connect, name, Duration.ofSeconds(wait)));
                return DONE;
            } catch (ConnectRestException e) {
                throw new ClusterException(redaction(connect, name).apply(e.getMessage()), e);
            }
        }
    }

    /** A failed task may quote its settings. */
    private static Redaction redaction(ConnectClient connect, String name) {
        try {
            Map<String, String> config = connect.config(name).orElse(Map.of());
            return Redaction.of(config, connect.settings(config.getOrDefault("connector.class", "")));
        } catch (ConnectRestException e) {
            return Redaction.of(Map.of(), null);
        }
    }

    static String plural(int tasks) {
        return tasks + (tasks == 1 ? " task" : " tasks");
    }
}
