package io.millrace.connect.configs.command;

import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.environment.Clusters;
import picocli.CommandLine.Mixin;

/** A command that changes the offsets of a stopped connector. */
abstract class OffsetsChange extends ControlCommand {
    private final ControlDefaults defaults;

    @Mixin
    private EnvironmentOption environment;

    @Mixin
    private ConnectorName connector;

    OffsetsChange(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    /** Changes the offsets and returns what the worker says. */
    abstract String change(Clusters clusters, String name) throws Exception;

    @Override
    final int run() throws Exception {
        try (Clusters clusters = environment.environment(defaults).open()) {
            ConnectClient connect = clusters.connect();
            String name = connector.existing(connect);
            String state = connect.status(name).map(status -> status.state()).orElse("UNKNOWN");
            if (!state.equals("STOPPED")) {
                err().println("millrace: connector " + name + " is " + state
                        + "; offsets can be changed only while it is STOPPED: ./millrace connectors stop " + name);
                return FAILED;
            }
            out().println(name + ": " + change(clusters, name));
            out().println("It is still STOPPED: ./millrace connectors resume " + name + " has it go on from there.");
            return DONE;
        }
    }
}
