package io.millrace.connect.configs.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace dlq}. */
@Command(
        name = "dlq",
        mixinStandardHelpOptions = true,
        description = "Records that a connector or a job set aside: how many, why, and back to where they came from.")
final class DlqCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private DlqCommand() {}

    static CommandLine with(ControlDefaults defaults) {
        return new CommandLine(new DlqCommand())
                .addSubcommand(new DlqListCommand(defaults))
                .addSubcommand(new DlqShowCommand(defaults))
                .addSubcommand(new DlqReplayCommand(defaults));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do: list, show or replay");
    }
}
