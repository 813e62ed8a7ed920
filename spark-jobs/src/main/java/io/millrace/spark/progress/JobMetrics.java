package io.millrace.spark.progress;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The newest progress of each job and sums since the start, as text for Prometheus. Safe for use by several threads. */
public final class JobMetrics {
    /** From this share of its budget on a job's state is reported. */
    static final double ALERT_SHARE = 0.8;

    private static final Logger log = LoggerFactory.getLogger(JobMetrics.class);

    private static final class Job {
        private boolean running;
        private Instant seen;
        private long failures;
        private boolean alert;
        private BatchProgress newest;
        private long batches;
        private long inputRows;
        private long lateRows;
        private long duplicateRows;
        private long quarantinedRows;
        private final Map<String, Long> quality = new TreeMap<>();
    }

    private final Function<String, Optional<Long>> budgets;
    private final Map<String, Job> jobs = new TreeMap<>();

    /** @param budgets how many rows of state a job is meant to need at most */
    public JobMetrics(Function<String, Optional<Long>> budgets) {
        this.budgets = budgets;
    }

    synchronized void started(String job, Instant at) {
        Job entry = jobs.computeIfAbsent(job, absent -> new Job());
        entry.running = true;
        entry.seen = at;
    }

    /** The job's query looked for records and found none. */
    synchronized void idle(String job, Instant at) {
        jobs.computeIfAbsent(job, absent -> new Job()).seen = at;
    }

    synchronized void ended(String job, boolean failed) {
        Job entry = jobs.computeIfAbsent(job, absent -> new Job());
        entry.running = false;
        entry.failures += failed ? 1 : 0;
    }

    synchronized void add(BatchProgress progress) {
        Job job = jobs.computeIfAbsent(progress.job(), absent -> new Job());
        job.newest = progress;
        job.seen = progress.at().plusMillis(progress.batchMs());
        job.batches++;
        job.inputRows += progress.inputRows();
        job.lateRows += progress.lateRows();
        job.duplicateRows += progress.duplicateRows();
        job.quarantinedRows += progress.quarantinedRows();
        progress.quality().forEach((rule, events) -> job.quality.merge(rule, events, Long::sum));
        boolean alert = share(progress).filter(share -> share >= ALERT_SHARE).isPresent();
        if (alert && !job.alert) {
            log.warn(
                    "{}: {} rows of state, {} % of its budget (state.max_rows); give it more, or a shorter watermark",
                    progress.job(),
                    progress.stateRows(),
                    Math.round(100 * share(progress).orElse(0.0)));
        }
        job.alert = alert;
    }

    private Optional<Double> share(BatchProgress progress) {
        return budgets.apply(progress.job()).map(budget -> (double) progress.stateRows() / budget);
    }

    /** All metrics in Prometheus' text format. */
    public synchronized String text() {
        StringBuilder text = new StringBuilder();
        each(text, "job_running", "gauge", "1 while the job's query runs.", job -> job.running ? 1 : 0);
        seen(text);
        each(text, "job_failures_total", "counter", "Queries that ended with an error.", job -> job.failures);
        each(text, "job_batches_total", "counter", "Batches since the start.", job -> job.batches);
        each(text, "job_input_rows_total", "counter", "Records read.", job -> job.inputRows);
        each(text, "job_late_rows_total", "counter", "Rows dropped behind the watermark.", job -> job.lateRows);
        each(text, "job_duplicate_rows_total", "counter", "Rows dropped as duplicates.", job -> job.duplicateRows);
        each(text, "job_quarantined_rows_total", "counter", "Records set aside.", job -> job.quarantinedRows);
        newest(text, "job_input_rows_per_second", "How fast records came.", BatchProgress::inputRowsPerSecond);
        newest(
                text,
                "job_processed_rows_per_second",
                "How fast records were worked off.",
                BatchProgress::processedRowsPerSecond);
        newest(text, "job_last_batch", "Number of the newest batch.", BatchProgress::batch);
        newest(text, "job_last_batch_seconds", "How long the newest batch took.", one -> one.batchMs() / 1e3);
        phases(text);
        newest(
                text,
                "job_last_batch_timestamp_seconds",
                "When the newest batch began.",
                one -> one.at().toEpochMilli() / 1e3);
        newest(
                text,
                "job_offsets_behind",
                "Records that were there and that the newest batch left.",
                one -> one.behind().map(Long::doubleValue).orElse(Double.NaN));
        newest(
                text,
                "job_watermark_age_seconds",
                "How far the watermark lies behind the newest batch.",
                one -> one.watermarkAgeMs().map(age -> age / 1e3).orElse(Double.NaN));
        newest(text, "job_watermark_timestamp_seconds", "Where the watermark stands.", one -> one.watermark()
                .map(time -> time.toEpochMilli() / 1e3)
                .orElse(Double.NaN));
        newest(text, "job_state_rows", "Rows of state.", BatchProgress::stateRows);
        newest(text, "job_state_bytes", "Memory that the state needs.", BatchProgress::stateBytes);
        newest(text, "job_state_budget_share", "Rows of state as a share of the job's budget.", one -> share(one)
                .orElse(Double.NaN));
        each(text, "job_state_alert", "gauge", "1 from 80 % of the state's budget on.", job -> job.alert ? 1 : 0);
        quality(text);
        return text.toString();
    }

    private void seen(StringBuilder text) {
        String name = "job_last_seen_timestamp_seconds";
        head(text, name, "gauge", "When the job last ended a batch, or looked and found nothing to do.");
        jobs.forEach((job, entry) -> {
            if (entry.seen != null) {
                sample(text, name, "job=\"" + job + "\"", entry.seen.toEpochMilli() / 1e3);
            }
        });
    }

    private void quality(StringBuilder text) {
        String name = "job_quality_events_total";
        head(
                text,
                name,
                "counter",
                "Events judged (rule rows), and those that break an expectation of their contract.");
        jobs.forEach((job, entry) -> entry.quality.forEach((rule, events) ->
                sample(text, name, "job=\"" + job + "\",rule=\"" + rule.replace("\"", "'") + "\"", events)));
    }

    private void each(StringBuilder text, String name, String type, String help, ToDoubleFunction<Job> value) {
        head(text, name, type, help);
        jobs.forEach((job, entry) -> sample(text, name, "job=\"" + job + "\"", value.applyAsDouble(entry)));
    }

    /** What does not apply to a job (not a number) is left out. */
    private void newest(StringBuilder text, String name, String help, ToDoubleFunction<BatchProgress> value) {
        head(text, name, "gauge", help);
        jobs.forEach((job, entry) -> {
            if (entry.newest != null && !Double.isNaN(value.applyAsDouble(entry.newest))) {
                sample(text, name, "job=\"" + job + "\"", value.applyAsDouble(entry.newest));
            }
        });
    }

    private void phases(StringBuilder text) {
        String name = "job_phase_seconds";
        head(text, name, "gauge", "How long each phase of the newest batch took, by Spark's name of it.");
        jobs.forEach((job, entry) -> {
            if (entry.newest != null) {
                entry.newest
                        .phaseMs()
                        .forEach((phase, milliseconds) ->
                                sample(text, name, "job=\"" + job + "\",phase=\"" + phase + "\"", milliseconds / 1e3));
            }
        });
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP millrace_").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE millrace_").append(name).append(' ').append(type).append('\n');
    }

    private static void sample(StringBuilder text, String name, String labels, double value) {
        String number = value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.6f", value);
        text.append("millrace_")
                .append(name)
                .append('{')
                .append(labels)
                .append("} ")
                .append(number)
                .append('\n');
    }
}
