package io.millrace.connect.configs.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace cdc}. */
@Command(
        name = "cdc",
        mixinStandardHelpOptions = true,
        description = "Bring a PostgreSQL database in, look after it, and take it out again without a trace.")
final class CdcCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private CdcCommand() {}

    static CommandLine with(ControlDefaults defaults) {
        return new CommandLine(new CdcCommand())
                .addSubcommand(new CdcPreflightCommand(defaults))
                .addSubcommand(new CdcOnboardCommand(defaults))
                .addSubcommand(new CdcStatusCommand(defaults))
                .addSubcommand(new CdcAddTableCommand(defaults))
                .addSubcommand(new CdcRemoveTableCommand(defaults))
                .addSubcommand(new CdcResnapshotCommand(defaults))
                .addSubcommand(new CdcPauseCommand(defaults))
                .addSubcommand(new CdcOffboardCommand(defaults))
                .addSubcommand(new CdcOrphansCommand(defaults));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "say what to do: preflight, onboard, status, add-table, remove-table, resnapshot, pause, offboard or"
                        + " orphans");
    }
}
