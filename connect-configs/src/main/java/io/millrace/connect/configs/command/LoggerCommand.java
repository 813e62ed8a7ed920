package io.millrace.connect.configs.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace logger}. */
@Command(
        name = "logger",
        mixinStandardHelpOptions = true,
        description = "Show and set log levels of running Connect workers; they last until a worker ends.")
final class LoggerCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private LoggerCommand() {}

    static CommandLine with(ControlDefaults defaults) {
        return new CommandLine(new LoggerCommand())
                .addSubcommand(new LoggerListCommand(defaults))
                .addSubcommand(new LoggerSetCommand(defaults));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do: list or set");
    }
}
