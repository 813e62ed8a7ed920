package io.millrace.spark.progress;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.spark.sql.streaming.StreamingQueryListener;

/** Hands what batches did to whoever tells it. Called by Spark's listener thread, which must not be kept waiting. */
public final class ProgressListener extends StreamingQueryListener {
    private final List<Consumer<BatchProgress>> tellers;
    private final JobMetrics metrics;
    private final Map<UUID, String> names = new ConcurrentHashMap<>();

    private ProgressListener(JobMetrics metrics, List<Consumer<BatchProgress>> tellers) {
        this.metrics = metrics;
        this.tellers = tellers;
    }

    /** @param kafka null: nothing goes to Kafka */
    public static ProgressListener of(JobMetrics metrics, ProgressToKafka kafka) {
        return new ProgressListener(
                metrics, kafka == null ? List.of(metrics::add) : List.of(metrics::add, kafka::tell));
    }

    @Override
    public void onQueryStarted(QueryStartedEvent event) {
        names.put(event.runId(), event.name());
        metrics.started(event.name(), Instant.parse(event.timestamp()));
    }

    @Override
    public void onQueryProgress(QueryProgressEvent event) {
        BatchProgress progress = BatchProgress.of(event.progress());
        tellers.forEach(teller -> teller.accept(progress));
    }

    @Override
    public void onQueryIdle(QueryIdleEvent event) {
        String name = names.get(event.runId());
        if (name != null) {
            metrics.idle(name, Instant.parse(event.timestamp()));
        }
    }

    @Override
    public void onQueryTerminated(QueryTerminatedEvent event) {
        String name = names.remove(event.runId());
        if (name != null) {
            metrics.ended(name, event.exception().isDefined());
        }
    }
}
