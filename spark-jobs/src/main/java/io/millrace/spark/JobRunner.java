package io.millrace.spark;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.ContractException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the jobs of a driver, starts those again whose contracts change, and returns when one has failed. Used by one
 * thread, but for {@link #stop} and {@link #context}.
 */
final class JobRunner {
    /** How long a running batch may take to finish before its query is stopped anyway. */
    static final Duration PATIENCE = Duration.ofSeconds(10);
    /**
     * A job's first batch loads and compiles most of Spark. Two at once fill two cores; more would only make the first ones,
     * which the others wait for anyway, come later.
     */
    private static final int AT_ONCE = 2;

    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(30);
    private static final Logger log = LoggerFactory.getLogger(JobRunner.class);

    /** One job and its query, which is null while there is nothing to do. */
    private static final class Running {
        private final Job job;
        private StreamingQuery query;
        private JobContext context;
        private ContractUse use;
        private volatile ContractUse refused;
        private long refusedAt;

        Running(Job job) {
            this.job = job;
        }
    }

    private final List<Running> jobs;
    private final DeclaredRunner declared;
    private final LiveContracts contracts;
    private final Health health;
    private volatile JobContext context;
    private volatile boolean ending;
    private volatile Throwable failure;

    /**
     * @param context its catalogue is the one to begin with
     * @param jobs that are built in: when one of them fails, all end
     * @param declared further jobs, which come and go
     */
    JobRunner(JobContext context, List<Job> jobs, LiveJobs declared, LiveContracts contracts, Health health) {
        this.context = context;
        this.jobs = jobs.stream().map(Running::new).toList();
        this.declared = new DeclaredRunner(declared, health, System::nanoTime);
        this.contracts = contracts;
        this.health = health;
    }

    /** The context with the newest contracts. */
    JobContext context() {
        return context;
    }

    /** Runs the jobs until one ends; false when it could not start or failed. */
    boolean run() {
        for (int i = 0; i < jobs.size(); i++) {
            if (i >= AT_ONCE) {
                health.awaitRun(jobs.get(i - AT_ONCE).job.name(), WARM_UP);
            }
            if (!startFirst(jobs.get(i))) {
                return false;
            }
        }
        if (!ending) {
            declared.look(context);
        }
        while (true) {
            awaitTermination();
            for (Running running : jobs) {
                if (running.query != null && !running.query.isActive()) {
                    Optional<Throwable> failure = failure(running.query);
                    if (!ending
                            && failure.filter(ContractsChangedException::isCauseOf)
                                    .isPresent()) {
                        continue;
                    }
                    failure.ifPresent(why -> tell(running.job.name(), "failed", why));
                    return failure.isEmpty();
                }
            }
            if (ending) {
                return true;
            }
            if (!followContracts()) {
                return false;
            }
            declared.look(context);
        }
    }

    /** Returns early when a query ends. */
    private void awaitTermination() {
        try {
            if (context.spark().streams().awaitAnyTermination(LOOK_EVERY.toMillis())) {
                // One of ours, or one that was stopped here a moment ago, which would end every wait at once.
                context.spark().streams().resetTerminated();
            }
        } catch (StreamingQueryException e) {
            context.spark().streams().resetTerminated();
        }
    }

    private static Optional<Throwable> failure(StreamingQuery query) {
        return query.exception().isDefined() ? Optional.of(query.exception().get()) : Optional.empty();
    }

    private boolean startFirst(Running running) {
        try {
            start(running, context, ContractUse.of(running.job, context.catalogue()));
            return true;
        } catch (ConfigException e) {
            throw e;
        } catch (Exception e) {
            tell(running.job.name(), "could not start", e);
            return false;
        }
    }

    private void start(Running running, JobContext with, ContractUse use) throws Exception {
        String name = running.job.name();
        if (!use.needed()) {
            running.query = null;
            health.idle(name);
            log.info("{}: nothing to do until a contract makes an event kind", name);
        } else {
            // The query's thread inherits this, so each job has its own share of the cores.
            with.spark().sparkContext().setLocalProperty("spark.scheduler.pool", name);
            running.query = running.job.startStored(with.with(guard(running, with.catalogue(), use)));
            log.info("{}: started", name);
        }
        running.context = with;
        running.use = use;
    }

    private ContractGuard guard(Running running, Catalogue startedWith, ContractUse use) {
        return () -> {
            ContractUse now;
            try {
                Catalogue newest = contracts.newest();
                if (newest == startedWith) {
                    return;
                }
                now = ContractUse.of(running.job, newest);
            } catch (RuntimeException e) {
                // What cannot be read is told by whoever follows the contracts; until then the old ones hold.
                return;
            }
            if (!now.equals(use) && !now.equals(running.refused)) {
                throw new ContractsChangedException(running.job.name());
            }
        };
    }

    /** Starts again what the newest contracts change; false when a job cannot even go on as it was. */
    private boolean followContracts() {
        Catalogue newest;
        try {
            newest = contracts.newest();
        } catch (RuntimeException e) {
            health.contractsProblem(Failures.sentence(e));
            return true;
        }
        health.contractsProblem(contracts.problem().orElse(null));
        boolean alive = true;
        for (Running running : jobs) {
            alive &= follow(running, newest);
        }
        context = context.with(newest);
        return alive;
    }

    private boolean follow(Running running, Catalogue newest) {
        String name = running.job.name();
        ContractUse use;
        try {
            use = ContractUse.of(running.job, newest);
        } catch (ContractException e) {
            health.contractProblem(name, e.getMessage());
            return true;
        }
        if (use.equals(running.use)) {
            running.refused = null;
            health.contractProblem(name, null);
            // Ended by its guard, and the contracts are meanwhile what they were.
            return running.query == null || running.query.isActive() || startFirst(running);
        }
        boolean triedNow = use.equals(running.refused) && System.nanoTime() - running.refusedAt < TRY_AGAIN.toNanos();
        return triedNow || restart(running, use, newest);
    }

    private boolean restart(Running running, ContractUse use, Catalogue newest) {
        String name = running.job.name();
        String reason = "contract of " + running.use.difference(use);
        log.info("{}: {}; the query is stopped and goes on from its checkpoint", name, reason);
        health.stopping(name, reason);
        if (running.query != null) {
            stop(List.of(running.query));
        }
        try {
            start(running, context.with(newest), use);
            running.refused = null;
            health.contractProblem(name, null);
            return true;
        } catch (Exception e) {
            String sentence = Failures.sentence(e);
            log.error("{}: cannot follow the contracts ({}): {}; it goes on as before", name, reason, sentence);
            health.contractProblem(name, reason + ": " + sentence);
            running.refused = use;
            running.refusedAt = System.nanoTime();
        }
        try {
            start(running, running.context, running.use);
            return true;
        } catch (Exception e) {
            tell(name, "could not start", e);
            return false;
        }
    }

    /** Why {@link #run} returned false. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    private void tell(String job, String what, Throwable failure) {
        this.failure = failure;
        String sentence = Failures.sentence(failure);
        health.failed(job, sentence);
        System.err.println("millrace-spark: job " + job + " " + what + ": " + sentence
                + ". It continues from its checkpoint when this process is started again.");
    }

    /** Lets each running batch finish, then stops its query. Exactly-once holds without it; it only saves repeated work. */
    void stop() {
        stop(PATIENCE);
    }

    /** As {@link #stop()}, with another patience. */
    void stop(Duration patience) {
        ending = true;
        stop(List.of(context.spark().streams().active()), patience);
    }

    /** Lets running batches finish, for a while. */
    static void stop(List<StreamingQuery> queries) {
        stop(queries, PATIENCE);
    }

    static void stop(List<StreamingQuery> queries, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        List<StreamingQuery> waiting = new ArrayList<>(queries);
        while (!waiting.isEmpty()) {
            boolean impatient = System.nanoTime() > deadline;
            waiting.removeIf(query -> {
                if (query.status().isTriggerActive() && !impatient) {
                    return false;
                }
                stop(query);
                return true;
            });
            pause();
        }
    }

    private static void stop(StreamingQuery query) {
        try {
            query.stop();
        } catch (Exception e) {
            log.warn("{}: did not stop in time: {}", query.name(), Failures.sentence(e));
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
