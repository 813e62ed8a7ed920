package io.millrace.connect.configs.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.configs.TextTable;
import io.millrace.connect.configs.environment.Clusters;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace logger list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the loggers that have a level of their own at the worker that answers.")
final class LoggerListCommand extends ControlCommand {
    private final ControlDefaults defaults;

    @Mixin
    private EnvironmentOption environment;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    LoggerListCommand(ControlDefaults defaults) {
        this.defaults = defaults;
    }

    @Override
    int run() {
        try (Clusters clusters = environment.environment(defaults).open()) {
            Map<String, String> levels = clusters.connect().loggers().levels();
            if (json) {
                ObjectNode all = JsonNodeFactory.instance.objectNode();
                levels.forEach(all::put);
                out().println(all.toPrettyString());
            } else {
                TextTable table = new TextTable(List.of("LEVEL", "LOGGER"), Set.of());
                levels.forEach((logger, level) -> table.row(List.of(level, logger)));
                table.lines(Integer.MAX_VALUE).forEach(out()::println);
            }
            return DONE;
        }
    }
}
