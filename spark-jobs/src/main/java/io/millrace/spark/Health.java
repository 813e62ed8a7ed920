package io.millrace.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.SourceProgress;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/**
 * What every job of this process is doing, gathered from Spark's events.
 *
 * <p>A job is {@code starting} until it has finished a batch or found nothing to do, then {@code running}, and
 * {@code failed} once it ended with an error. A declared job that cannot run is {@code stopped} and keeps nobody waiting.
 * Safe for use by several threads.
 */
final class Health extends StreamingQueryListener {
    private static final Set<String> READY = Set.of("running", "restarting", "idle", "stopped");

    /** From this share of its budget on a job's state wants somebody's attention. */
    private static final double STATE_ALERT = 0.8;

    private final ObjectMapper json = new ObjectMapper();
    private final String group;
    private final Map<String, ObjectNode> jobs = new LinkedHashMap<>();
    private final Map<UUID, String> names = new LinkedHashMap<>();
    private String contractsProblem;
    private String jobsProblem;
    private long jobsLookedAt;

    Health(String group, List<String> jobNames) {
        this.group = group;
        for (String name : jobNames) {
            jobs.put(name, json.createObjectNode().put("job", name).put("state", "starting"));
        }
    }

    /** The answer of {@code GET /health}. */
    synchronized JsonNode snapshot() {
        boolean ready = jobs.values().stream()
                .allMatch(job -> READY.contains(job.path("state").asText()));
        ObjectNode root = json.createObjectNode().put("group", group).put("ready", ready);
        if (contractsProblem != null) {
            root.put("contracts_problem", contractsProblem);
        }
        if (jobsLookedAt > 0) {
            root.put("jobs_looked_at", jobsLookedAt);
        }
        if (jobsProblem != null) {
            root.put("jobs_problem", jobsProblem);
        }
        jobs.values().forEach(job -> root.withArray("jobs").add(job.deepCopy()));
        return root;
    }

    /** Waits until a job is no longer starting, but no longer than this; returns in either case. */
    synchronized void awaitRun(String job, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (jobs.get(job).path("state").asText().equals("starting") && System.nanoTime() < deadline) {
                wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A declared job that is about to start, or to start anew. */
    synchronized void starting(String job, Optional<Long> stateBudget) {
        names.values().removeIf(job::equals);
        ObjectNode entry = json.createObjectNode().put("job", job).put("state", "starting");
        stateBudget.ifPresent(rows -> entry.put("state_budget", rows));
        jobs.put(job, entry);
    }

    /** How many rows of state a job is meant to need at most. */
    synchronized Optional<Long> stateBudget(String job) {
        return Optional.ofNullable(jobs.get(job))
                .map(entry -> entry.get("state_budget"))
                .map(JsonNode::asLong);
    }

    /** A declared job that does not run, while the others do. */
    synchronized void stopped(String job, String reason) {
        names.values().removeIf(job::equals);
        jobs.computeIfAbsent(job, name -> json.createObjectNode().put("job", name))
                .put("state", "stopped")
                .put("last_error", reason);
        notifyAll();
    }

    /** A job that is no longer declared. */
    synchronized void gone(String job) {
        names.values().removeIf(job::equals);
        jobs.remove(job);
    }

    /** A job that has nothing to do, for want of an event kind: no query runs. */
    synchronized void idle(String job) {
        ObjectNode entry = jobs.get(job);
        entry.removeAll();
        entry.put("job", job).put("state", "idle");
        notifyAll();
    }

    /** A query is about to be stopped on purpose; what it says from now on counts no more. */
    synchronized void stopping(String job, String reason) {
        names.values().removeIf(job::equals);
        ObjectNode entry = jobs.get(job);
        entry.put("state", "restarting").put("restarts", entry.path("restarts").asInt() + 1);
        entry.put("restarted_for", reason);
    }

    /** What keeps a job from following its contracts; null when nothing does any more. */
    synchronized void contractProblem(String job, String sentence) {
        if (sentence == null) {
            jobs.get(job).remove("contract_problem");
        } else {
            jobs.get(job).put("contract_problem", sentence);
        }
    }

    /** Why the folder of contracts cannot be read; null when it can. */
    synchronized void contractsProblem(String sentence) {
        contractsProblem = sentence;
    }

    /** Why the folder of declared jobs cannot be read; null when it can. */
    synchronized void jobsProblem(String sentence) {
        jobsProblem = sentence;
    }

    /** What was declared at this time, in epoch milliseconds, has been followed. */
    synchronized void jobsLookedAt(long time) {
        jobsLookedAt = time;
    }

    synchronized void failed(String job, String message) {
        ObjectNode entry = jobs.get(job);
        if (entry != null) {
            entry.put("state", "failed").put("last_error", message);
        }
    }

    @Override
    public synchronized void onQueryStarted(QueryStartedEvent event) {
        names.put(event.runId(), event.name());
    }

    @Override
    public synchronized void onQueryProgress(QueryProgressEvent event) {
        StreamingQueryProgress progress = event.progress();
        job(progress.runId()).ifPresent(job -> {
            running(job);
            job.put("batch", progress.batchId()).put("input_rows", progress.numInputRows());
            job.set("duration_ms", json.valueToTree(progress.durationMs()));
            ObjectNode offsets = json.createObjectNode();
            for (SourceProgress source : progress.sources()) {
                addOffsets(offsets, source.endOffset());
            }
            job.set("offsets", offsets);
            long state = List.of(progress.stateOperators()).stream()
                    .mapToLong(operator -> operator.numRowsTotal())
                    .sum();
            job.put("state_rows", state);
            if (job.has("state_budget")) {
                double share = (double) state / job.path("state_budget").asLong();
                job.put("state_share", share).put("state_alert", share >= STATE_ALERT);
            }
            long dropped = List.of(progress.stateOperators()).stream()
                    .mapToLong(operator -> operator.numRowsDroppedByWatermark())
                    .sum();
            Row observed = progress.observedMetrics().get(JobContext.OBSERVED);
            if (observed != null) {
                long quarantined = observed.getLong(observed.fieldIndex(JobContext.QUARANTINED));
                job.put("quarantined", job.path("quarantined").asLong() + quarantined);
            }
            // Since the start; anything but 0 means that the clock was set back by hours.
            job.put("late_rows", job.path("late_rows").asLong() + dropped);
        });
    }

    @Override
    public synchronized void onQueryIdle(QueryIdleEvent event) {
        job(event.runId()).ifPresent(this::running);
    }

    @Override
    public synchronized void onQueryTerminated(QueryTerminatedEvent event) {
        boolean follows = event.exception().isDefined()
                && event.exception().get().contains(ContractsChangedException.class.getName());
        job(event.runId())
                .filter(job -> event.exception().isDefined())
                .ifPresent(job -> job.put("state", follows ? "restarting" : "failed"));
        names.remove(event.runId());
        notifyAll();
    }

    private void running(ObjectNode job) {
        if (!job.path("state").asText().equals("failed")) {
            job.put("state", "running");
            job.remove("last_error");
            notifyAll();
        }
    }

    private Optional<ObjectNode> job(UUID run) {
        return Optional.ofNullable(names.get(run)).map(jobs::get);
    }

    private void addOffsets(ObjectNode offsets, String endOffset) {
        if (endOffset == null) {
            return;
        }
        try {
            if (json.readTree(endOffset) instanceof ObjectNode topics) {
                offsets.setAll(topics);
            }
        } catch (JsonProcessingException e) {
            offsets.put("unreadable", endOffset);
        }
    }
}
