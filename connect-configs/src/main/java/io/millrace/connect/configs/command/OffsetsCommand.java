package io.millrace.connect.configs.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace connectors offsets}. */
@Command(
        name = "offsets",
        mixinStandardHelpOptions = true,
        description = "Show how far a connector has come; while it is STOPPED, also change or forget that.")
final class OffsetsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private OffsetsCommand() {}

    static CommandLine with(ControlDefaults defaults) {
        return new CommandLine(new OffsetsCommand())
                .addSubcommand(new OffsetsShowCommand(defaults))
                .addSubcommand(new OffsetsResetCommand(defaults))
                .addSubcommand(new OffsetsSetCommand(defaults));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do: show, reset or set");
    }
}
