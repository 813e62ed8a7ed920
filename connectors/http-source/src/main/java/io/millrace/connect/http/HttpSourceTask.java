package io.millrace.connect.http;

import io.millrace.connect.commons.MetricsExport;
import io.millrace.connect.http.listen.Listeners;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** Collects events over HTTP; see {@link HttpSourceConnector}. */
public final class HttpSourceTask extends SourceTask {
    private final Collector.Worker worker;
    private Collector collector;
    private MetricsExport metrics;

    public HttpSourceTask() {
        this(new Collector.Worker(
                Clock.systemUTC(), () -> UUID.randomUUID().toString(), Listeners.ofWorker(), IdWindows.ofWorker()));
    }

    HttpSourceTask(Collector.Worker worker) {
        this.worker = worker;
    }

    @Override
    public String version() {
        return Version.current();
    }

    @Override
    public void start(Map<String, String> properties) {
        HttpSourceConfig config = new HttpSourceConfig(properties);
        collector = Collector.start(config, worker);
        metrics = MetricsExport.of(
                collector.metrics(),
                "http-source",
                config.connector(),
                config.task(),
                () -> context == null ? null : context.pluginMetrics());
    }

    @Override
    public List<SourceRecord> poll() throws InterruptedException {
        return collector.poll();
    }

    /**
     * Kafka has the record for good: with exactly-once support this is called after the commit of its transaction, else
     * after the acknowledgement. Runs on the producer's thread in the latter case.
     *
     * @param metadata null when the record was dropped and will never be in Kafka
     */
    @Override
    public void commitRecord(SourceRecord record, RecordMetadata metadata) {
        if (record instanceof EventRecord event) {
            collector.settle(event, metadata != null);
        }
    }

    @Override
    public void stop() {
        if (collector != null) {
            collector.close();
        }
        if (metrics != null) {
            metrics.close();
        }
    }
}
