package io.millrace.connect.configs.contracts;

import io.millrace.connect.configs.command.ControlDefaults;
import io.millrace.schemas.ContractException;
import io.millrace.schemas.tool.CatalogueReport;
import io.millrace.schemas.tool.ContractPages;
import io.millrace.schemas.tool.NewContract;
import io.millrace.schemas.tool.ReleasedVersions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code millrace contracts}: what can be done with a folder of contracts, without any server. */
@Command(
        name = "contracts",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Checks, releases, documents and begins contracts.")
public final class ContractsCommand implements Callable<Integer> {
    /** What was asked for does not hold or is refused. */
    private static final int FAILED = 1;
    /** The command line or a file is wrong. */
    private static final int USAGE = 2;

    private final Supplier<Path> defaultContracts;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--contracts",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Folder of the contracts (default: schemas/contracts).")
    private Path contracts;

    public ContractsCommand(ControlDefaults defaults) {
        this(defaults::contracts);
    }

    /** @param defaultContracts gives the folder that is meant when none is named */
    public ContractsCommand(Supplier<Path> defaultContracts) {
        this.defaultContracts = defaultContracts;
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return USAGE;
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description =
                    "Checks every contract, also against its released versions. Exit code 1 when one does not hold.")
    int check(@Option(names = "--json", description = "Print the report as JSON.") boolean json) {
        return guarded(USAGE, () -> {
            CatalogueReport report = CatalogueReport.of(folder());
            out().print(json ? CheckReport.json(report) : CheckReport.text(report));
            return report.isSound() ? ExitCode.OK : FAILED;
        });
    }

    @Command(
            name = "release",
            mixinStandardHelpOptions = true,
            description =
                    "Keeps the schema of a contract as its next released version, which later ones must not break.")
    int release(@Parameters(paramLabel = "TOPIC", description = "Name of the contract.") String topic) {
        return guarded(FAILED, () -> {
            Path contract = folder().resolve(topic);
            if (!contract.toFile().isDirectory()) {
                return fail(USAGE, "there is no contract " + topic + " in " + folder());
            }
            Path file = ReleasedVersions.release(contract);
            out().println("Released " + file + "; commit it.");
            return ExitCode.OK;
        });
    }

    @Command(
            name = "docs",
            mixinStandardHelpOptions = true,
            description = "Writes a page per contract and an index, as Markdown.")
    int docs(
            @Option(
                            names = "--out",
                            paramLabel = "DIR",
                            description = "Folder of the pages (default: target/docs next to the contracts).")
                    Path out) {
        return guarded(USAGE, () -> {
            Path pages = out == null ? folder().resolveSibling("target").resolve("docs") : out;
            int written = ContractPages.write(folder(), pages);
            out().println(written + " pages, beginning at " + pages.resolve("index.md"));
            return ExitCode.OK;
        });
    }

    @Command(
            name = "new",
            mixinStandardHelpOptions = true,
            description = "Begins the contract of an event kind: a complete folder to be edited.")
    int begin(
            @Parameters(paramLabel = "TOPIC", description = "Name of the topic, such as shop.returns.") String topic,
            @Option(
                            names = "--owner",
                            paramLabel = "TEAM",
                            defaultValue = "nobody yet",
                            description = "The team that answers for it.")
                    String owner) {
        return guarded(USAGE, () -> {
            Path made = NewContract.create(folder(), topic, owner);
            out().println("Made " + made.resolve("contract.yaml") + " and " + made.resolve("value.avsc") + ".");
            out().println("Edit both, then: millrace contracts check");
            return ExitCode.OK;
        });
    }

    private int guarded(int code, Callable<Integer> work) {
        try {
            return work.call();
        } catch (ContractException e) {
            return fail(code, e.getMessage());
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            out().flush();
        }
    }

    private int fail(int code, String message) {
        out().flush();
        spec.commandLine().getErr().println("millrace: " + message);
        spec.commandLine().getErr().flush();
        return code;
    }

    private Path folder() {
        return contracts == null ? defaultContracts.get() : contracts;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
