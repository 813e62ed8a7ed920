package io.millrace.connect.configs.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.millrace.connect.configs.LiveConnector;
import io.millrace.connect.configs.TextTable;
import io.millrace.connect.configs.environment.Clusters;
import io.millrace.connect.configs.status.Watch;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace connectors list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the connectors with their states. For lag and errors see ./millrace status.")
final class ConnectorsListCommand extends ControlCommand {
    private final ControlDefaults defaults;

    @Mixin
    private EnvironmentOption environment;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    ConnectorsListCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() {
        try (Clusters clusters = environment.environment(defaults).open()) {
            Collection<LiveConnector> connectors =
                    clusters.connect().describeAll().values();
            if (json) {
                out().println(json(connectors).toPrettyString());
            } else if (connectors.isEmpty()) {
                out().println("There are no connectors at " + clusters.connect().url() + ".");
            } else {
                TextTable table = new TextTable(List.of("CONNECTOR", "TYPE", "STATE", "TASKS", "PLUGIN"), Set.of(3));
                connectors.forEach(one -> table.row(List.of(
                        one.name(), one.type(), one.status().state(), running(one) + "/" + tasks(one), plugin(one))));
                table.lines(Watch.width(System.console() != null)).forEach(out()::println);
            }
            return DONE;
        }
    }

    private static ArrayNode json(Collection<LiveConnector> connectors) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        connectors.forEach(one -> all.addObject()
                .put("name", one.name())
                .put("type", one.type())
                .put("state", one.status().state())
                .put("plugin", plugin(one))
                .putObject("tasks")
                .put("running", running(one))
                .put("total", tasks(one)));
        return all;
    }

    private static int tasks(LiveConnector connector) {
        return connector.status().tasks().size();
    }

    private static int running(LiveConnector connector) {
        return (int) connector.status().tasks().stream()
                .filter(task -> task.state().equals("RUNNING"))
                .count();
    }

    private static String plugin(LiveConnector connector) {
        return connector.config().getOrDefault("connector.class", "");
    }
}
