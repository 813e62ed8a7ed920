package io.millrace.connect.configs.command;

import java.util.List;

/** Every command of the control tool, ready for {@code CommandLine.addSubcommand}. */
public final class ControlCommands {
    private ControlCommands() {}

    /** The commands, in the order in which help lists them; each carries its name. */
    public static List<Object> all(ControlDefaults defaults) {
        return List.of(
                new PlanCommand(defaults),
                new ApplyCommand(defaults),
                new ValidateCommand(defaults),
                new DriftCommand(defaults),
                ConnectorsCommand.with(defaults),
                LoggerCommand.with(defaults),
                CdcCommand.with(defaults),
                DlqCommand.with(defaults),
                new ExportCommand(defaults),
                new KubernetesCommand(defaults));
    }
}
