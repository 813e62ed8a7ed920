package io.millrace.spark.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobMetricsTest {
    private final JobMetrics metrics =
            new JobMetrics(job -> job.equals("load") ? Optional.of(1_000L) : Optional.empty());

    @Test
    void eachJobHasItsNewestBatchAndItsSums() {
        metrics.started("load", java.time.Instant.EPOCH);
        metrics.add(batch("load", 7, 100, 400, Optional.of(3L)));
        metrics.add(batch("load", 8, 50, 500, Optional.of(0L)));
        assertThat(metrics.text())
                .contains("# TYPE millrace_job_input_rows_total counter\n")
                .contains("millrace_job_running{job=\"load\"} 1\n")
                .contains("millrace_job_input_rows_total{job=\"load\"} 150\n")
                .contains("millrace_job_last_batch{job=\"load\"} 8\n")
                .contains("millrace_job_late_rows_total{job=\"load\"} 2\n")
                .contains("millrace_job_offsets_behind{job=\"load\"} 0\n")
                .contains("millrace_job_watermark_age_seconds{job=\"load\"} 600\n")
                .contains("millrace_job_phase_seconds{job=\"load\",phase=\"addBatch\"} 0.250000\n")
                .contains("millrace_job_state_budget_share{job=\"load\"} 0.500000\n")
                .contains("millrace_job_quality_events_total{job=\"load\",rule=\"service null\"} 4\n");
        metrics.ended("load", true);
        assertThat(metrics.text())
                .contains("millrace_job_running{job=\"load\"} 0\n")
                .contains("millrace_job_failures_total{job=\"load\"} 1\n");
    }

    @Test
    void fromEightyPercentOfItsBudgetOnAJobIsReported() {
        metrics.add(batch("load", 1, 1, 799, Optional.empty()));
        assertThat(metrics.text()).contains("millrace_job_state_alert{job=\"load\"} 0\n");
        metrics.add(batch("load", 2, 1, 800, Optional.empty()));
        assertThat(metrics.text()).contains("millrace_job_state_alert{job=\"load\"} 1\n");
        metrics.add(batch("load", 3, 1, 100, Optional.empty()));
        assertThat(metrics.text()).contains("millrace_job_state_alert{job=\"load\"} 0\n");
    }

    @Test
    void whatDoesNotApplyIsLeftOut() {
        metrics.add(batch("other", 1, 1, 5_000, Optional.empty()));
        assertThat(metrics.text())
                .doesNotContain("state_budget_share{job=\"other\"}")
                .doesNotContain("offsets_behind{job=\"other\"}")
                .doesNotContain("NaN")
                .contains("millrace_job_state_alert{job=\"other\"} 0\n");
    }

    private static BatchProgress batch(String job, long batch, long rows, long state, Optional<Long> behind) {
        Instant at = Instant.parse("2026-03-01T12:00:00Z");
        return new BatchProgress(
                job,
                "run",
                batch,
                at,
                rows,
                10,
                20,
                Map.of("addBatch", 250L, "triggerExecution", 400L),
                Map.of(),
                behind,
                Optional.of(at.minusSeconds(600)),
                state,
                state * 100,
                1,
                0,
                0,
                Map.of("rows", rows, "service null", 2L));
    }
}
