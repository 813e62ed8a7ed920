package io.millrace.spark;

import io.millrace.schemas.Catalogue;
import io.millrace.spark.declared.DeclaredJob;
import io.millrace.spark.declared.JobSpec;
import io.millrace.spark.declared.JobsFolder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the declared jobs of a driver as they are declared: starts new ones, starts those again whose declaration or
 * contracts changed, ends those that are gone. One that cannot run is told and tried again, and disturbs no other. Used by
 * one thread.
 */
final class DeclaredRunner {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(30);
    private static final Logger log = LoggerFactory.getLogger(DeclaredRunner.class);

    /** What a query was made of; while it is the same, there is no reason for another one. */
    private record Made(JobSpec spec, ContractUse use) {}

    private static final class Running {
        /** What runs, or ran last. */
        private Made made;
        /** What was declared since and could not run. */
        private Made refused;

        private StreamingQuery query;
        private long triedAt;
    }

    private final LiveJobs declared;
    private final Health health;
    private final LongSupplier nanoTime;
    private final Map<String, Running> jobs = new TreeMap<>();
    private Map<String, String> problems = Map.of();

    /** @param nanoTime as {@link System#nanoTime} */
    DeclaredRunner(LiveJobs declared, Health health, LongSupplier nanoTime) {
        this.declared = declared;
        this.health = health;
        this.nanoTime = nanoTime;
    }

    /**
     * Looks once at what is declared and at what runs.
     *
     * @param context with the newest contracts
     */
    void look(JobContext context) {
        long began = context.clock().millis();
        JobsFolder now;
        try {
            now = declared.newest();
        } catch (ConfigException e) {
            health.jobsProblem(e.getMessage());
            return;
        }
        health.jobsProblem(null);
        tellProblems(now.problems());
        for (String name : List.copyOf(jobs.keySet())) {
            // One whose files are broken goes on as it was.
            if (!now.specs().containsKey(name) && !now.problems().containsKey(name)) {
                log.info("{}: no longer declared; its query is stopped", name);
                stop(jobs.remove(name));
                health.gone(name);
            }
        }
        now.specs().values().forEach(spec -> look(spec, context));
        health.jobsLookedAt(began);
    }

    private void tellProblems(Map<String, String> now) {
        now.forEach((name, why) -> {
            if (!why.equals(problems.get(name))) {
                log.error("{}: {}", name, why);
            }
            if (jobs.containsKey(name) && jobs.get(name).query != null) {
                health.contractProblem(name, why + "; it goes on as before");
            } else {
                health.stopped(name, why);
            }
        });
        for (String name : problems.keySet()) {
            if (!now.containsKey(name) && !jobs.containsKey(name)) {
                health.gone(name);
            }
        }
        problems = Map.copyOf(now);
    }

    private void look(JobSpec spec, JobContext context) {
        Running running = jobs.computeIfAbsent(spec.name(), name -> new Running());
        if (running.query != null && !running.query.isActive()) {
            String why = running.query.exception().isDefined()
                    ? Failures.sentence(running.query.exception().get())
                    : "its query was stopped";
            running.query = null;
            refused(spec.name(), why);
        }
        Made wanted;
        try {
            wanted = new Made(spec, use(new DeclaredJob(spec), context.catalogue()));
        } catch (RuntimeException e) {
            if (running.query == null) {
                refused(spec.name(), Failures.sentence(e));
            } else {
                health.contractProblem(spec.name(), Failures.sentence(e));
            }
            return;
        }
        boolean due = nanoTime.getAsLong() - running.triedAt >= TRY_AGAIN.toNanos();
        if (wanted.equals(running.made)) {
            running.refused = null;
            if (running.query == null && due) {
                start(running, wanted, context);
            } else if (running.query != null) {
                health.contractProblem(spec.name(), null);
            }
        } else if (!wanted.equals(running.refused) || due) {
            change(running, wanted, context);
        }
    }

    /** Runs what is declared now, or goes on with what was. */
    private void change(Running running, Made wanted, JobContext context) {
        Made before = running.query == null ? null : running.made;
        String name = wanted.spec().name();
        stop(running);
        Optional<String> problem = start(running, wanted, context);
        running.refused = problem.isPresent() ? wanted : null;
        if (problem.isPresent()
                && before != null
                && start(running, before, context).isEmpty()) {
            health.contractProblem(name, problem.get() + "; it goes on as before");
        }
    }

    private static ContractUse use(DeclaredJob job, Catalogue catalogue) {
        if (Jobs.isBuiltIn(job.name())) {
            throw new ConfigException("a job named " + job.name() + " is built in; name the folder differently");
        }
        return ContractUse.of(job, catalogue);
    }

    /** Empty when it runs, else why not. */
    private Optional<String> start(Running running, Made made, JobContext context) {
        DeclaredJob job = new DeclaredJob(made.spec());
        running.triedAt = nanoTime.getAsLong();
        health.starting(job.name(), job.stateBudget());
        try {
            // The query's thread inherits this, so each job has its own share of the cores.
            context.spark().sparkContext().setLocalProperty("spark.scheduler.pool", job.name());
            running.query = job.startStored(context);
            running.made = made;
            log.info("{}: started", job.name());
            return Optional.empty();
        } catch (Exception e) {
            String why = Failures.sentence(e);
            refused(job.name(), why);
            return Optional.of(why);
        }
    }

    private void refused(String name, String why) {
        log.error("{}: {}; it is tried again every {} s", name, why, TRY_AGAIN.toSeconds());
        health.stopped(name, why);
    }

    private static void stop(Running running) {
        if (running.query != null) {
            JobRunner.stop(new ArrayList<>(List.of(running.query)));
            running.query = null;
        }
    }
}
