package io.millrace.connect.configs.command;

import io.millrace.connect.configs.ConnectClient;
import java.time.Duration;
import picocli.CommandLine.Command;

/** {@code millrace connectors pause}. */
@Command(
        name = "pause",
        mixinStandardHelpOptions = true,
        description = "Have a connector's tasks wait; they keep what they hold, and their offsets.")
final class PauseCommand extends StateCommand {
    PauseCommand(ControlDefaults defaults) {
        super(defaults);
    }

    @Override
    String change(ConnectClient connect, String name, Duration limit) {
        connect.pause(name);
        return "PAUSED, "
                + plural(connect.awaitState(name, "PAUSED", limit).tasks().size());
    }
}
