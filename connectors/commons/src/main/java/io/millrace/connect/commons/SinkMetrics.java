package io.millrace.connect.commons;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/** What a sink task counts. Written by the task's thread, read by any. */
public final class SinkMetrics {

    private static final int BUCKETS = 40;
    private static final long NO_OUTAGE = -1;

    private final Clock clock;
    private final LongAdder records = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder writeMicros = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder deadLetters = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final LongAdder fencedBatches = new LongAdder();
    /** How many batches took between 2^(i-1) and 2^i microseconds. */
    private final AtomicLongArray latencies = new AtomicLongArray(BUCKETS);

    private volatile long maxWriteMicros;
    private volatile long lastBatchRecords;
    private volatile long oldestEventAgeMs;
    private volatile long outageSinceMs = NO_OUTAGE;
    private volatile int fencedPartitions;
    private volatile int pausedPartitions;

    public SinkMetrics(Clock clock) {
        this.clock = clock;
    }

    /**
     * A batch has been written.
     *
     * @param count records in it
     * @param size bytes sent
     * @param tookNanos from the first byte sent to the last reply
     */
    public void wrote(int count, long size, long tookNanos) {
        long micros = tookNanos / 1_000;
        records.add(count);
        batches.increment();
        bytes.add(size);
        writeMicros.add(micros);
        latencies.incrementAndGet(Math.min(BUCKETS - 1, Long.SIZE - Long.numberOfLeadingZeros(micros)));
        maxWriteMicros = Math.max(maxWriteMicros, micros);
        lastBatchRecords = count;
    }

    /** The oldest event of the last batch happened at this time, in epoch milliseconds. */
    public void oldestEvent(long epochMillis) {
        oldestEventAgeMs = Math.max(0, clock.millis() - epochMillis);
    }

    /** A record had been applied before and was left out. */
    public void skipped() {
        skipped.increment();
    }

    void retried() {
        retries.increment();
        if (outageSinceMs == NO_OUTAGE) {
            outageSinceMs = clock.millis();
        }
    }

    void available() {
        outageSinceMs = NO_OUTAGE;
    }

    void deadLetter() {
        deadLetters.increment();
    }

    void fenced(int partitionsNow) {
        fencedBatches.increment();
        fencedPartitions = partitionsNow;
    }

    void assigned(java.util.Set<TopicPartition> fencedNow) {
        fencedPartitions = fencedNow.size();
    }

    void paused(int partitionsNow) {
        pausedPartitions = partitionsNow;
    }

    /** Every metric by its name. */
    Map<String, Metric> all() {
        Map<String, Metric> all = new LinkedHashMap<>();
        add(all, "records-total", "Records written", records::sum);
        add(all, "batches-total", "Batches written", batches::sum);
        add(all, "bytes-total", "Bytes sent", bytes::sum);
        add(all, "batch-records-avg", "Mean records in a batch", () -> ratio(records.sum(), batches.sum()));
        add(all, "batch-records-last", "Records in the newest batch", () -> lastBatchRecords);
        add(
                all,
                "write-latency-ms-avg",
                "Mean time for writing a batch",
                () -> ratio(writeMicros.sum(), batches.sum()) / 1_000);
        add(all, "write-latency-ms-p99", "99 % of the batches took no longer, to a factor of two", this::p99Ms);
        add(all, "write-latency-ms-max", "Longest time for writing a batch", () -> maxWriteMicros / 1_000.0);
        add(all, "retries-total", "Attempts that the store did not take", retries::sum);
        add(all, "dead-letters-total", "Records that can never be written", deadLetters::sum);
        add(all, "skipped-total", "Records left out because they had been applied before", skipped::sum);
        add(all, "fenced-total", "Batches refused because a newer task owns a partition", fencedBatches::sum);
        add(all, "fenced-partitions", "Assigned partitions that a newer task owns", () -> fencedPartitions);
        add(all, "paused-partitions", "Partitions paused because the store is away", () -> pausedPartitions);
        add(
                all,
                "available",
                "1 when the store took the last attempt, 0 in an outage",
                () -> outageSinceMs == NO_OUTAGE ? 1 : 0);
        add(all, "outage-ms", "How long the store has been away", () -> {
            long since = outageSinceMs;
            return since == NO_OUTAGE ? 0 : clock.millis() - since;
        });
        add(
                all,
                "oldest-event-age-ms",
                "Age of the oldest event of the newest batch when it was written",
                () -> oldestEventAgeMs);
        return all;
    }

    private static void add(Map<String, Metric> all, String name, String description, Supplier<Number> value) {
        all.put(name, new Metric(description, value));
    }

    private static double ratio(long sum, long count) {
        return count == 0 ? 0 : (double) sum / count;
    }

    private double p99Ms() {
        long seen = 0;
        long wanted = (long) Math.ceil(batches.sum() * 0.99);
        for (int i = 0; i < BUCKETS && wanted > 0; i++) {
            seen += latencies.get(i);
            if (seen >= wanted) {
                return Math.min((double) (1L << i), maxWriteMicros) / 1_000;
            }
        }
        return 0;
    }
}
