package io.millrace.connect.file;

import io.millrace.connect.commons.Metric;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** What a task counts. Safe for use by several threads. */
final class FileMetrics {
    private final LongAdder records = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder committed = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final LongAdder quarantined = new LongAdder();
    private final LongAdder files = new LongAdder();
    private final LongAdder broken = new LongAdder();
    private final LongAdder replaced = new LongAdder();
    private final LongAdder cleaned = new LongAdder();
    private final LongAdder cleanupFailures = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder scans = new LongAdder();
    private volatile long found;
    private volatile long scanMs;
    private volatile boolean available;

    void read(long size) {
        records.increment();
        bytes.add(size);
    }

    void committed() {
        committed.increment();
    }

    void dropped() {
        dropped.increment();
    }

    void malformed() {
        malformed.increment();
    }

    void quarantined() {
        quarantined.increment();
    }

    void finished() {
        files.increment();
    }

    void broken() {
        broken.increment();
    }

    void replaced() {
        replaced.increment();
    }

    void cleaned() {
        cleaned.increment();
    }

    void cleanupFailed() {
        cleanupFailures.increment();
    }

    void failed() {
        failures.increment();
        available = false;
    }

    void available() {
        available = true;
    }

    void scanned(long count, long millis) {
        scans.increment();
        found = count;
        scanMs = millis;
        available = true;
    }

    /** Every metric by its name. */
    Map<String, Metric> all() {
        Map<String, Metric> all = new LinkedHashMap<>();
        add(all, "records-total", "Records that were read, malformed ones included", records::sum);
        add(all, "bytes-total", "Bytes of their text; of Avro and Parquet about what their values take", bytes::sum);
        add(all, "committed-total", "Records that Kafka has", committed::sum);
        add(all, "dropped-total", "Records that a transform or errors.tolerance dropped", dropped::sum);
        add(all, "malformed-total", "Records that could not be turned into a Kafka record", malformed::sum);
        add(all, "quarantined-total", "Malformed records and broken files in the quarantine topic", quarantined::sum);
        add(all, "files-total", "Files that were read to their end", files::sum);
        add(all, "broken-files-total", "Files whose rest could not be read", broken::sum);
        add(all, "replaced-files-total", "Files that were read again, as their content was another one", replaced::sum);
        add(all, "cleaned-files-total", "Files that were deleted or moved", cleaned::sum);
        add(all, "cleanup-failures-total", "Attempts to delete or move that failed", cleanupFailures::sum);
        add(all, "read-failures-total", "Attempts to list or read that failed", failures::sum);
        add(all, "files", "Files of this task that the last look found", () -> found);
        add(all, "scans-total", "Looks at the location that came to their end", scans::sum);
        add(all, "scan-ms", "How long the last look took", () -> scanMs);
        add(all, "available", "1 while the location can be read", () -> available ? 1 : 0);
        return all;
    }

    private static void add(Map<String, Metric> all, String name, String description, Supplier<Number> value) {
        all.put(name, new Metric(description, value));
    }
}
