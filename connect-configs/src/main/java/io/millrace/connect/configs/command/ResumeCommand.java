package io.millrace.connect.configs.command;

import io.millrace.connect.configs.ConnectClient;
import java.time.Duration;
import picocli.CommandLine.Command;

/** {@code millrace connectors resume}. */
@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description = "Have a paused or stopped connector run again.")
final class ResumeCommand extends StateCommand {
    ResumeCommand(ControlDefaults defaults) {
        super(defaults);
    }

    @Override
    String change(ConnectClient connect, String name, Duration limit) {
        connect.resume(name);
        return "RUNNING, " + plural(connect.awaitRunning(name, limit).tasks().size());
    }
}
