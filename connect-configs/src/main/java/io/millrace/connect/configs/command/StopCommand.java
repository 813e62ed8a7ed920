package io.millrace.connect.configs.command;

import io.millrace.connect.configs.ConnectClient;
import java.time.Duration;
import picocli.CommandLine.Command;

/** {@code millrace connectors stop}. */
@Command(
        name = "stop",
        mixinStandardHelpOptions = true,
        description = "End a connector's tasks; its settings and offsets stay, and offsets can be changed then.")
final class StopCommand extends StateCommand {
    StopCommand(ControlDefaults defaults) {
        super(defaults);
    }

    @Override
    String change(ConnectClient connect, String name, Duration limit) {
        connect.stop(name);
        connect.awaitState(name, "STOPPED", limit);
        return "STOPPED, no tasks";
    }
}
