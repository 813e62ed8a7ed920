package io.millrace.connect.configs.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace connectors}. */
@Command(
        name = "connectors",
        mixinStandardHelpOptions = true,
        description = "List connectors, change their states, and show or change how far they have come.")
final class ConnectorsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private ConnectorsCommand() {}

    static CommandLine with(ControlDefaults defaults) {
        return new CommandLine(new ConnectorsCommand())
                .addSubcommand(new ConnectorsListCommand(defaults))
                .addSubcommand(new PauseCommand(defaults))
                .addSubcommand(new ResumeCommand(defaults))
                .addSubcommand(new StopCommand(defaults))
                .addSubcommand(new RestartCommand(defaults))
                .addSubcommand(OffsetsCommand.with(defaults));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "say what to do: list, pause, resume, stop, restart or offsets");
    }
}
