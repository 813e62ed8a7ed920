package io.millrace.spark;

import io.millrace.schemas.ContractException;
import io.millrace.spark.declared.DeclaredJob;
import io.millrace.spark.declared.JobsFolder;
import io.millrace.spark.declared.QualityRules;
import io.millrace.spark.run.BoundedJob;
import io.millrace.spark.run.BoundedRun;
import io.millrace.spark.run.EventRange;
import io.millrace.spark.run.Generation;
import io.millrace.spark.run.JobLock;
import io.millrace.spark.run.Replay;
import io.millrace.spark.run.RunCounts;
import io.millrace.spark.run.RunMode;
import io.millrace.spark.run.RunScope;
import io.millrace.spark.run.RunSummary;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of one job under spark-submit: takes the job's lock, runs it, and tells how it went. Used by one thread.
 */
final class JobRun {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int QUALITY = 4;

    private static final Logger log = LoggerFactory.getLogger(JobRun.class);

    /**
     * What is asked for.
     *
     * @param runId names the run; a bounded run that is repeated under its id reads and writes the same
     * @param buildOnly whether a replay leaves the live rows as they are
     */
    record Request(String job, RunMode mode, EventRange range, String runId, boolean dryRun, boolean buildOnly) {
        boolean isBounded() {
            return mode == RunMode.BATCH || mode == RunMode.REPLAY;
        }
    }

    private final DriverConfig config;
    private final Request request;
    private final Clock clock;
    private final RunSummary summary;
    private final RunCounts counts = new RunCounts();
    private final RunEnding ending;

    JobRun(DriverConfig config, Request request, Clock clock) {
        this.config = config;
        this.request = request;
        this.clock = clock;
        this.summary = new RunSummary(request.job(), request.runId(), request.mode(), request.range(), clock.instant());
        this.ending = new RunEnding(config.duration("stop.patience"));
    }

    /** What there is to tell once {@link #run} has returned. */
    RunSummary summary() {
        return summary;
    }

    /** Lets a signal to end wait no longer: everything is told. */
    void told() {
        ending.told();
    }

    /** Runs; gives the exit code. */
    int run() {
        int code;
        String status;
        try {
            status = execute();
            code = ending.isLockLost() ? Driver.TRY_AGAIN : DONE;
            if (ending.isLockLost()) {
                status = "lock-lost";
                summary.error("another run may have taken the checkpoint over; this one ended");
            }
        } catch (ConfigException | ContractException e) {
            status = "refused";
            code = Driver.WRONG_USAGE;
            summary.error(e.getMessage());
        } catch (JobLock.Held e) {
            status = "locked";
            code = Driver.TRY_AGAIN;
            summary.error(request.job() + ": " + e.getMessage());
        } catch (QualityViolated e) {
            status = "quality";
            code = QUALITY;
            summary.list("quality", e.sentences);
            summary.error(request.job() + ": " + String.join("; ", e.sentences));
        } catch (ChangedMeanwhile e) {
            status = "changed";
            code = Driver.TRY_AGAIN;
            summary.error(request.job() + ": " + e.getMessage());
        } catch (Exception e) {
            status = ending.isLockLost() ? "lock-lost" : "failed";
            code = ending.isLockLost() || Failures.isTransient(e) ? Driver.TRY_AGAIN : FAILED;
            log.error("{}: failed", request.job(), e);
            summary.error(Failures.sentence(e));
        }
        summary.ended(status, code, clock.instant());
        return code;
    }

    private String execute() throws Exception {
        Job job = job();
        check(job);
        boolean hudi = Jobs.groupOf(job) == Group.LAKE;
        LiveContracts contracts = LiveContracts.of(config);
        Health health = new Health(job.name(), List.of(job.name()));
        try (ControlServer control = ControlServer.open(config, health::snapshot)) {
            SparkSession spark = Sessions.submitted(config, job.name(), hudi);
            spark.streams().addListener(health);
            spark.streams().addListener(counts);
            spark.listenerManager().register(counts);
            JobContext context = new JobContext(
                    spark, config, contracts.catalogue(), config.registry().client(), clock, ContractGuard.NONE);
            log.info("{}: control endpoint on port {}", job.name(), control.port());
            if (request.dryRun()) {
                return preview(job, context);
            }
            health.starting(job.name(), job.stateBudget());
            try (JobLock lock = JobLock.of(
                            request.mode() == RunMode.REPLAY ? job.name() + ".replay" : job.name(),
                            config,
                            spark.sparkContext().hadoopConfiguration(),
                            owner(),
                            clock,
                            () -> ending.lockLost(spark));
                    Progress progress = Progress.of(context, health, control)) {
                return execute(job, context, contracts, health);
            } finally {
                // Progress is told by a thread of Spark's, a little later.
                spark.sparkContext().listenerBus().waitUntilEmpty(10_000);
                summary.counts(counts);
            }
        }
    }

    private String execute(Job job, JobContext context, LiveContracts contracts, Health health) throws Exception {
        switch (request.mode()) {
            case STREAM -> follow(job, context, contracts, health);
            case AVAILABLE_NOW -> {
                drain(job.startStored(context.with(RunScope.AVAILABLE_NOW)));
                requireQuality(job, context);
            }
            case BATCH -> bounded((BoundedJob) job, context);
            case REPLAY -> {
                return replay((BoundedJob) job, context);
            }
        }
        return ending.isAsked() ? "stopped" : "done";
    }

    private void follow(Job job, JobContext context, LiveContracts contracts, Health health) throws Exception {
        JobRunner runner = new JobRunner(context, List.of(job), LiveJobs.NONE, contracts, health);
        ending.with(runner::stop);
        if (!runner.run() && !ending.isLockLost()) {
            Throwable why = runner.failure().orElseThrow();
            throw why instanceof Exception e ? e : new IllegalStateException(why);
        }
    }

    private void drain(StreamingQuery query) throws StreamingQueryException {
        ending.with(patience -> JobRunner.stop(List.of(query), patience));
        query.awaitTermination();
    }

    private void bounded(BoundedJob job, JobContext context) throws Exception {
        ending.with(patience -> {
            // It has no smaller part that could be finished alone: a signal waits for all of it.
        });
        BoundedRun run = BoundedRun.of(job, context, request.range(), request.runId(), null);
        try {
            run.write();
        } finally {
            summary.topics(run.topics());
        }
        requireQuality(job, context);
    }

    /** Judges what the run read by the rules of its source's contract. */
    private void requireQuality(Job job, JobContext context) throws Exception {
        context.spark().sparkContext().listenerBus().waitUntilEmpty(10_000);
        if (job instanceof DeclaredJob declared) {
            List<String> violated = declared.quality(context.catalogue())
                    .violated(counts.observed(QualityRules.OBSERVED), counts.quarantined(), request.range());
            if (!violated.isEmpty()) {
                throw new QualityViolated(violated);
            }
        }
    }

    /** What was read is not as its contract expects. */
    private static final class QualityViolated extends Exception {
        private static final long serialVersionUID = 1;

        private final ArrayList<String> sentences;

        QualityViolated(List<String> sentences) {
            this.sentences = new ArrayList<>(sentences);
        }
    }

    private String replay(BoundedJob job, JobContext context) throws Exception {
        ending.with(patience -> {
            // Each step can be repeated under the same run id; a signal waits for what it can.
        });
        Replay replay = Replay.of(job, context, request.range(), request.runId());
        summary.put("generation", String.join(",", replay.generations()));
        // Opened first: that ends a transaction which an attempt that died left open, and readers wait for.
        TransactionalProducer live = TransactionalProducer.open(
                replay.producer(), publishing(), job.sinks(context.catalogue()).get(0));
        try {
            BatchMark mark = new BatchMark(request.runId(), 0);
            if (live.isDone(mark)) {
                summary.put("rows_published", 0);
                return "done";
            }
            summary.put("rows_gone", replay.build());
            requireQuality(job, context);
            if (request.buildOnly()) {
                return "built";
            }
            requireUnchanged(replay);
            try (Generation.Records records = replay.records()) {
                summary.put("rows_published", live.write(records, mark));
            }
            return "done";
        } finally {
            live.abandon();
            summary.topics(replay.topics());
        }
    }

    private static void requireUnchanged(Replay replay) throws ChangedMeanwhile {
        long changed = replay.changedMeanwhile();
        if (changed > 0) {
            throw new ChangedMeanwhile(
                    changed + " live rows of the range changed while it was rebuilt; choose a range that"
                            + " is over, or stop the job, and replay under another --run-id");
        }
    }

    /** The live rows have moved on, so the rebuilt ones are left beside them. */
    private static final class ChangedMeanwhile extends Exception {
        private static final long serialVersionUID = 1;

        ChangedMeanwhile(String sentence) {
            super(sentence);
        }
    }

    /** Of the producer that puts a rebuilt generation in its place. */
    private Map<String, Object> publishing() {
        return config.kafkaClient(Map.of(
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                ProducerConfig.LINGER_MS_CONFIG,
                20,
                // If this process dies, readers of the topic wait that long, or until the replay is repeated.
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                300_000));
    }

    private String preview(Job job, JobContext context) {
        if (job instanceof DeclaredJob declared) {
            declared.check(context);
        }
        if (request.isBounded()) {
            summary.topics(BoundedRun.preview((BoundedJob) job, context, request.range()));
        }
        return "dry-run";
    }

    private Job job() {
        JobsFolder declared = LiveJobs.all(config).newest();
        List<Job> builtIn = Jobs.named(List.of(request.job()), declared);
        if (!builtIn.isEmpty()) {
            return builtIn.get(0);
        }
        return new DeclaredJob(declared.specs().get(request.job()));
    }

    private void check(Job job) {
        if (!request.isBounded() && !request.range().isAll()) {
            throw new ConfigException("--start and --end are for --mode batch; "
                    + request.mode().label() + " goes on from the job's checkpoint");
        }
        if (request.isBounded() && !(job instanceof BoundedJob)) {
            throw new ConfigException(job.name() + " adds records to what it writes, so a second run over the same"
                    + " range would add them again; use --mode available-now, which goes on from its checkpoint");
        }
    }

    private String owner() {
        String host = Optional.ofNullable(System.getenv("HOSTNAME")).orElse("this host");
        return "run " + request.runId() + " (" + request.mode().label() + ") on " + host + ", process "
                + ProcessHandle.current().pid() + ", since " + clock.instant();
    }
}
