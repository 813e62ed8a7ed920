package io.millrace.spark;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs streaming jobs until one fails or the process is told to end.
 *
 * <p>Exit codes: 2 when the arguments or the configuration are wrong, 75 when a job failed and may be tried again from its
 * checkpoint. A TERM signal lets running batches finish, for at most {@link JobRunner#PATIENCE}.
 */
public final class Driver {
    static final int WRONG_USAGE = 2;
    static final int TRY_AGAIN = 75;
    /** Before Spark's own hook (which would pull the context from under the queries). */
    static final int BEFORE_SPARK = 100;

    private static final Logger log = LoggerFactory.getLogger(Driver.class);

    private Driver() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    private static int run(String... args) {
        try {
            Arguments arguments = Arguments.parse(args);
            DriverConfig config = DriverConfig.read(arguments.config());
            if (arguments.group() != null) {
                // Declared jobs serve: they run where readers wait for them.
                LiveJobs declared = arguments.group() == Group.SERVING ? LiveJobs.all(config) : LiveJobs.NONE;
                return run(arguments, config, Jobs.of(arguments.group()), declared);
            }
            LiveJobs declared = LiveJobs.named(config, arguments.jobs());
            return run(arguments, config, Jobs.named(arguments.jobs(), declared.newest()), declared);
        } catch (ConfigException e) {
            System.err.println("millrace-spark: " + e.getMessage());
            return WRONG_USAGE;
        }
    }

    private static int run(Arguments arguments, DriverConfig config, List<Job> jobs, LiveJobs declared) {
        Health health =
                new Health(arguments.label(), jobs.stream().map(Job::name).toList());
        boolean hudi = jobs.stream().anyMatch(job -> Jobs.groupOf(job) == Group.LAKE);
        LiveContracts contracts = LiveContracts.of(config);
        try (ControlServer control = ControlServer.open(config, health::snapshot)) {
            SparkSession spark = Sessions.open(config, arguments.label(), hudi);
            spark.streams().addListener(health);
            JobContext context = new JobContext(
                    spark,
                    config,
                    contracts.catalogue(),
                    config.registry().client(),
                    Clock.systemUTC(),
                    ContractGuard.NONE);
            JobRunner runner = new JobRunner(context, jobs, declared, contracts, health);
            Progress progress = Progress.of(context, health, control);
            ShutdownHookManager.get()
                    .addShutdownHook(runner::stop, BEFORE_SPARK, JobRunner.PATIENCE.toSeconds() + 5, TimeUnit.SECONDS);
            (hudi ? Jobs.routes(Group.LAKE) : List.<ControlRoute>of())
                    .forEach(route -> control.add(route, runner::context));
            log.info("{}: control endpoint on port {}", arguments.label(), control.port());
            try (progress) {
                return runner.run() ? 0 : TRY_AGAIN;
            }
        }
    }
}
