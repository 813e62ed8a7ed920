package io.millrace.spark;

import io.millrace.spark.lake.LakeMetrics;
import io.millrace.spark.progress.JobMetrics;
import io.millrace.spark.progress.ProgressListener;
import io.millrace.spark.progress.ProgressToKafka;

/** Tells what the batches of a process do, while it is open. */
final class Progress implements AutoCloseable {
    private final ProgressToKafka kafka;

    private Progress(ProgressToKafka kafka) {
        this.kafka = kafka;
    }

    /** Begins to listen and opens {@code GET /metrics} and, where there is a lake, {@code /metrics/lake}. */
    static Progress of(JobContext context, Health health, ControlServer control) {
        JobMetrics metrics = new JobMetrics(health::stateBudget);
        ProgressToKafka kafka = new ProgressToKafka(context, health::stateBudget);
        context.spark().streams().addListener(ProgressListener.of(metrics, kafka));
        control.addText("/metrics", "text/plain; version=0.0.4; charset=utf-8", metrics::text);
        if (context.config().find("lake.path").isPresent()) {
            LakeMetrics lake = new LakeMetrics(context);
            control.addText("/metrics/lake", "text/plain; version=0.0.4; charset=utf-8", lake::text);
        }
        return new Progress(kafka);
    }

    @Override
    public void close() {
        kafka.close();
    }
}
