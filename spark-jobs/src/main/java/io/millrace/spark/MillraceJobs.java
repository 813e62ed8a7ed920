package io.millrace.spark;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.ContractException;
import io.millrace.spark.declared.JobsFolder;
import io.millrace.spark.declared.JobsReport;
import io.millrace.spark.run.EventRange;
import io.millrace.spark.run.RunMode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The command line of {@code millrace-jobs.jar}, for spark-submit.
 *
 * <p>Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 75 try again; 143 ended by a TERM signal.
 */
@Command(
        name = "millrace-jobs",
        description = "Runs Millrace's jobs on any Spark: spark-submit [--master M] millrace-jobs.jar COMMAND ...",
        mixinStandardHelpOptions = true,
        subcommands = {
            MillraceJobs.ListJobs.class,
            MillraceJobs.Explain.class,
            MillraceJobs.Validate.class,
            MillraceJobs.Run.class,
            MillraceJobs.Replay.class
        })
public final class MillraceJobs {
    private final PrintStream out;

    MillraceJobs(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) {
        System.exit(run(System.out, args));
    }

    static int run(PrintStream out, String... args) {
        CommandLine command = new CommandLine(new MillraceJobs(out));
        command.setExecutionExceptionHandler((failure, line, result) -> {
            if (failure instanceof ConfigException || failure instanceof ContractException) {
                line.getErr().println("millrace: " + failure.getMessage());
                return Driver.WRONG_USAGE;
            }
            throw failure;
        });
        return args.length == 0 ? command.execute("--help") : command.execute(args);
    }

    /** The configuration that every command reads. */
    static final class Configured {
        @Option(
                names = "--config",
                required = true,
                paramLabel = "FILE",
                description = "Properties of the driver; its keys are in spark-jobs/README.md.")
        private Path file;

        private DriverConfig read() {
            return DriverConfig.read(file);
        }
    }

    abstract static class Report implements Callable<Integer> {
        @CommandLine.ParentCommand
        private MillraceJobs parent;

        @Mixin
        private Configured configured;

        final int report(ToIntFunction<JobsReport> question) {
            DriverConfig config = configured.read();
            JobsFolder folder =
                    config.find("jobs.path").map(Path::of).map(JobsFolder::read).orElse(JobsFolder.EMPTY);
            Catalogue catalogue = LiveContracts.of(config).catalogue();
            return question.applyAsInt(new JobsReport(folder, Jobs.names(), catalogue, parent.out));
        }
    }

    @Command(name = "list", description = "All jobs, a line each, the declared ones first.")
    static final class ListJobs extends Report {
        @Override
        public Integer call() {
            return report(JobsReport::list);
        }
    }

    @Command(name = "validate", description = "Checks the declared jobs against the contracts, and by Spark itself.")
    static final class Validate extends Report {
        @Override
        public Integer call() {
            return report(report -> report.check(JobsTool.session()));
        }
    }

    @Command(
            name = "explain",
            description = "What a job reads and writes; of a declared one also what it keeps, and Spark's plan.")
    static final class Explain extends Report {
        @Parameters(paramLabel = "NAME", description = "The job.")
        private String name;

        @Override
        public Integer call() {
            return report(report -> report.explain(name, JobsTool::session));
        }
    }

    @Command(
            name = "run",
            description = "Runs one job and tells about the run in one line of JSON on stdout.",
            footer = {
                "",
                "stream        until it is told to end; TERM lets the running batch finish",
                "available-now from the job's checkpoint to what there is when it starts",
                "batch         the rows whose time lies in a range, computed from all their events, apart from the"
                        + " checkpoint; repeated under the same --run-id it writes the same again",
                "",
                "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 75 try again (a second copy is running, a"
                        + " server is down), 143 ended by TERM."
            })
    static final class Run implements Callable<Integer> {
        @CommandLine.ParentCommand
        private MillraceJobs parent;

        @Mixin
        private Configured configured;

        @Option(names = "--job", required = true, paramLabel = "NAME", description = "A declared or built-in job.")
        private String job;

        @Option(
                names = "--mode",
                paramLabel = "MODE",
                defaultValue = "stream",
                description = "stream, available-now or batch (default: stream).")
        private String mode;

        @Option(names = "--start", paramLabel = "TIME", description = "First time of the range: a date or an instant.")
        private String start;

        @Option(names = "--end", paramLabel = "TIME", description = "First time behind the range.")
        private String end;

        @Option(names = "--run-id", paramLabel = "ID", description = "Names the run; default: a random one.")
        private String runId;

        @Option(names = "--dry-run", description = "Checks everything and tells what would be read; writes nothing.")
        private boolean dryRun;

        @Override
        public Integer call() {
            return parent.run(
                    configured,
                    new JobRun.Request(job, mode(mode), EventRange.parse(start, end), runId(runId), dryRun, false));
        }
    }

    @Command(
            name = "replay",
            description = "Rebuilds the rows of a range beside the live ones, then puts them in their place at once.",
            footer = {
                "",
                "The rebuilt rows are in the topic SINK.RUN-ID for seven days. Readers with read_committed see the old rows"
                        + " or the new ones, never some of both. Tried again under the same --run-id, it goes on.",
                "",
                "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 75 try again (a server is down, or live rows"
                        + " of the range changed meanwhile)."
            })
    static final class Replay implements Callable<Integer> {
        @CommandLine.ParentCommand
        private MillraceJobs parent;

        @Mixin
        private Configured configured;

        @Option(names = "--job", required = true, paramLabel = "NAME", description = "A declared or built-in job.")
        private String job;

        @Option(names = "--start", paramLabel = "TIME", description = "First time of the range: a date or an instant.")
        private String start;

        @Option(names = "--end", paramLabel = "TIME", description = "First time behind the range.")
        private String end;

        @Option(names = "--run-id", required = true, paramLabel = "ID", description = "Names the generation.")
        private String runId;

        @Option(names = "--build-only", description = "Leaves the live rows as they are.")
        private boolean buildOnly;

        @Option(names = "--dry-run", description = "Checks everything and tells what would be read; writes nothing.")
        private boolean dryRun;

        @Override
        public Integer call() {
            return parent.run(
                    configured,
                    new JobRun.Request(
                            job, RunMode.REPLAY, EventRange.parse(start, end), runId(runId), dryRun, buildOnly));
        }
    }

    private int run(Configured configured, JobRun.Request request) {
        JobRun run = new JobRun(configured.read(), request, Clock.systemUTC());
        int code = run.run();
        out.println(run.summary());
        out.flush();
        run.told();
        return code;
    }

    private static RunMode mode(String label) {
        List<RunMode> modes = List.of(RunMode.STREAM, RunMode.AVAILABLE_NOW, RunMode.BATCH);
        return modes.stream()
                .filter(mode -> mode.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new ConfigException("--mode must be "
                        + String.join(" or ", modes.stream().map(RunMode::label).toList()) + ", not " + label));
    }

    private static String runId(String given) {
        if (given == null) {
            return UUID.randomUUID().toString();
        }
        // It becomes part of the names of files and topics.
        if (!given.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")) {
            throw new ConfigException(
                    "--run-id must be letters, digits, dots, dashes and _, at most 100, not " + given);
        }
        return given;
    }
}
