package io.millrace.connect.configs.tool;

import io.millrace.connect.configs.command.ControlCommands;
import io.millrace.connect.configs.contracts.ContractsCommand;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code millrace} command of the control tool's archive and image: what is declared, planned and applied anywhere. */
@Command(
        name = "millrace",
        mixinStandardHelpOptions = true,
        versionProvider = ControlProgram.Version.class,
        description = "Plans and applies what is declared: connectors, topics, schemas.",
        synopsisSubcommandLabel = "COMMAND")
public final class ControlProgram {
    /** System property with the folder that the program is installed in; the launcher sets it. */
    static final String HOME_PROPERTY = "millrace.control.home";

    private ControlProgram() {}

    /** What {@code --version} prints. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = ControlProgram.class.getPackage().getImplementationVersion();
            return new String[] {"Millrace control tool " + (version == null ? "(not packaged)" : version)};
        }
    }

    public static void main(String[] arguments) {
        DeclaredFiles files = DeclaredFiles.of(
                Path.of(System.getProperty(HOME_PROPERTY, ".")), System.getenv(DeclaredFiles.VARIABLE));
        System.exit(commandLine(files).execute(arguments));
    }

    static CommandLine commandLine(DeclaredFiles files) {
        CommandLine commands = new CommandLine(new ControlProgram());
        ControlCommands.all(files).forEach(commands::addSubcommand);
        commands.addSubcommand(new ContractsCommand(files));
        return commands;
    }
}
