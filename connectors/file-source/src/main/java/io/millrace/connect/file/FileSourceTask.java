package io.millrace.connect.file;

import io.millrace.connect.commons.MetricsExport;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** Reads a share of the files; see {@link FileSourceConnector}. */
public final class FileSourceTask extends SourceTask {
    private final Clock clock;
    private final RandomGenerator random;
    private FileMetrics metrics;
    private Store store;
    private Scanner scanner;
    private Reading reading;
    private MetricsExport export;

    public FileSourceTask() {
        this(Clock.systemUTC(), RandomGenerator.getDefault());
    }

    FileSourceTask(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    @Override
    public String version() {
        return FileSourceConnector.VERSION;
    }

    @Override
    public void start(Map<String, String> properties) {
        FileSourceConfig config = new FileSourceConfig(properties);
        metrics = new FileMetrics();
        store = config.store();
        ContentPlan content = config.content();
        Tidying tidying = new Tidying(store, config.cleanup(), metrics);
        InFlight inFlight = new InFlight(tidying::finished);
        scanner = new Scanner(
                store,
                config.wanted(),
                config.own(),
                config.getLong(FileKeys.SCAN_INTERVAL_MS),
                config.connectorName() + "-" + config.task());
        Backlog backlog = new Backlog(
                scanner,
                context.offsetStorageReader(),
                store.isAtomic(),
                content,
                config.getLong(FileKeys.SETTLE_MS),
                clock,
                metrics);
        reading = new Reading(
                backlog,
                new Opener(store, content, config.values(clock), config.topic(), metrics, inFlight),
                new Records(config.key(), config.malformed(), metrics, clock),
                tidying,
                inFlight,
                config.bounds(System::nanoTime),
                config.retryBudget(clock, random),
                clock,
                metrics);
        export = MetricsExport.of(
                metrics.all(), "file-source", config.connectorName(), config.task(), () -> context.pluginMetrics());
        scanner.start();
    }

    @Override
    public List<SourceRecord> poll() throws InterruptedException {
        return reading.poll();
    }

    /**
     * Kafka has the record for good: with exactly-once support this is called after the commit of its transaction, else
     * after the acknowledgement, on the producer's thread.
     *
     * @param metadata null when the record was dropped and will never be in Kafka
     */
    @Override
    public void commitRecord(SourceRecord record, RecordMetadata metadata) {
        if (record instanceof FileRecord own) {
            if (metadata == null) {
                metrics.dropped();
            } else {
                metrics.committed();
            }
            own.settled();
        }
    }

    FileMetrics metrics() {
        return metrics;
    }

    /** Connect calls this on the thread that polls, after the last poll. */
    @Override
    public void stop() {
        if (scanner != null) {
            scanner.close();
        }
        if (reading != null) {
            reading.close();
        }
        if (store != null) {
            store.close();
        }
        if (export != null) {
            export.close();
        }
    }
}
