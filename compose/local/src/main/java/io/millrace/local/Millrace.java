package io.millrace.local;

import io.millrace.connect.configs.ConnectRestException;
import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.command.ControlCommands;
import io.millrace.connect.configs.command.ControlDefaults;
import io.millrace.connect.configs.contracts.ContractsCommand;
import io.millrace.local.bench.BenchCommand;
import io.millrace.local.client.ComposeSecretsCommand;
import io.millrace.local.client.ReadException;
import io.millrace.local.control.StackDefaults;
import io.millrace.local.dashboards.DashboardsCommand;
import io.millrace.local.demo.DemoCommand;
import io.millrace.local.jobs.JobsCommand;
import io.millrace.local.send.SendCommand;
import io.millrace.local.simulate.SimulateCommand;
import io.millrace.local.sql.SqlCommand;
import io.millrace.local.stack.DownCommand;
import io.millrace.local.stack.RotateCommand;
import io.millrace.local.stack.StackException;
import io.millrace.local.stack.StatusCommand;
import io.millrace.local.stack.UpCommand;
import io.millrace.local.stack.Versions;
import io.millrace.local.watch.ProbeCommand;
import io.millrace.schemas.ContractException;
import io.millrace.schemas.RegistryException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code millrace} command. */
@Command(
        name = "millrace",
        mixinStandardHelpOptions = true,
        versionProvider = Millrace.Version.class,
        description = "Kafka Connect and Spark, ready to run.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            RotateCommand.class,
            StatusCommand.class,
            SendCommand.class,
            SimulateCommand.class,
            DemoCommand.class,
            SqlCommand.class,
            BenchCommand.class,
            JobsCommand.class,
            ProbeCommand.class,
            DashboardsCommand.class,
            ComposeSecretsCommand.class
        })
public final class Millrace {
    private static final int FAILED = 1;

    private Millrace() {}

    /** What {@code --version} prints. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            Versions versions = new Versions();
            return new String[] {
                "Millrace " + versions.of("millrace"),
                "Java " + Runtime.version() + ", Kafka and Connect " + versions.of("kafka") + ", Spark "
                        + versions.of("spark") + ", Elasticsearch " + versions.of("elasticsearch")
            };
        }
    }

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command with all that it understands. */
    public static CommandLine commandLine() {
        CommandLine commands = new CommandLine(new Millrace());
        ControlDefaults defaults = new StackDefaults();
        ControlCommands.all(defaults).forEach(commands::addSubcommand);
        commands.addSubcommand(new ContractsCommand(defaults));
        commands.setExecutionExceptionHandler((failure, command, result) -> report(failure));
        return commands;
    }

    /** One sentence for what people can mend; the whole trace only for what they cannot. */
    private static int report(Exception failure) {
        if (failure instanceof StackException
                || failure instanceof ReadException
                || failure instanceof DeclarationException
                || failure instanceof ConnectRestException
                || failure instanceof ContractException
                || failure instanceof RegistryException) {
            System.err.println("millrace: " + failure.getMessage());
        } else if (!(failure instanceof InterruptedException)) {
            failure.printStackTrace();
        }
        return FAILED;
    }
}
