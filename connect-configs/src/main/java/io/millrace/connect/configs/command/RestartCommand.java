package io.millrace.connect.configs.command;

import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.ConnectorStatus;
import io.millrace.connect.configs.DeclarationException;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace connectors restart}. */
@Command(
        name = "restart",
        mixinStandardHelpOptions = true,
        description = "Restart a connector and all its tasks. Offsets stay as they are.")
final class RestartCommand extends StateCommand {
    /** A worker answers before the states change; this long after, old ones are not taken for the new ones. */
    private static final Duration STALE = Duration.ofSeconds(3);

    @Option(names = "--only-failed", description = "Restart only what of it has failed.")
    private boolean onlyFailed;

    RestartCommand(ControlDefaults defaults) {
        super(defaults);
    }

    @Override
    String change(ConnectClient connect, String name, Duration limit) {
        Optional<ConnectorStatus> before = connect.status(name);
        if (before.filter(status -> !status.state().equals("RUNNING") && !status.isFailed())
                .isPresent()) {
            throw new DeclarationException("connector " + name + " is "
                    + before.get().state() + ", so there is nothing to restart; ./millrace connectors resume " + name
                    + " has it run again");
        }
        if (onlyFailed && before.filter(ConnectorStatus::isFailed).isEmpty()) {
            return "nothing of it has failed";
        }
        connect.restart(name, onlyFailed);
        connect.awaitChange(name, before, STALE);
        return "RUNNING, " + plural(connect.awaitRunning(name, limit).tasks().size());
    }
}
