package io.millrace.connect.http;

import io.millrace.connect.commons.Metric;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** What a task has done since it started. Safe for use by several threads. */
final class Numbers {
    /** The latencies up to two to the power of its index, in microseconds. */
    private static final int BUCKETS = 40;

    private final LongAdder requests = new LongAdder();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder quarantined = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder unauthorized = new LongAdder();
    private final LongAdder limited = new LongAdder();
    private final LongAdder unavailable = new LongAdder();
    private final AtomicLongArray latencies = new AtomicLongArray(BUCKETS);

    void read(Reading reading) {
        accepted.add(reading.events().size());
        rejected.add(reading.rejected());
        quarantined.add(reading.setAside().size());
    }

    void duplicates(int count) {
        duplicates.add(count);
    }

    void droppedRecord() {
        dropped.increment();
    }

    void received(int length) {
        requests.increment();
        bytes.add(length);
    }

    /** A request got an answer. @param nanos since its body had come; negative when it was refused before that */
    void answered(int status, long nanos) {
        switch (status) {
            case 401, 403 -> unauthorized.increment();
            case 429 -> limited.increment();
            case 503 -> unavailable.increment();
            default -> {
                if (status >= 400) {
                    refused.increment();
                }
            }
        }
        if (nanos >= 0 && status < 300) {
            int bucket = 64 - Long.numberOfLeadingZeros(nanos / 1_000);
            latencies.incrementAndGet(Math.min(bucket, BUCKETS - 1));
        }
    }

    /** The numbers by name, with two that others know. */
    Map<String, Metric> all(Supplier<Number> heldBytes, Supplier<Number> openRequests) {
        Map<String, Metric> all = new LinkedHashMap<>();
        add(all, "requests-total", "Requests with events", requests::sum);
        add(all, "request-bytes-total", "Bytes of their bodies as they were sent", bytes::sum);
        add(all, "events-total", "Events that kept their contract", accepted::sum);
        add(all, "rejected-events-total", "Events that did not, as far as they were looked at", rejected::sum);
        add(all, "quarantined-events-total", "Those of them that were set aside", quarantined::sum);
        add(all, "duplicate-events-total", "Events that were known and not sent again", duplicates::sum);
        add(all, "dropped-records-total", "Records that Connect dropped", dropped::sum);
        add(all, "refused-requests-total", "Requests answered with 4xx other than those below", refused::sum);
        add(all, "unauthorized-requests-total", "Requests answered with 401 or 403", unauthorized::sum);
        add(all, "rate-limited-requests-total", "Requests answered with 429", limited::sum);
        add(all, "unavailable-requests-total", "Requests answered with 503", unavailable::sum);
        add(all, "in-flight-bytes", "Bytes that requests hold until Kafka has them", heldBytes);
        add(all, "in-flight-requests", "Requests that Kafka has not settled", openRequests);
        add(all, "answer-p50-ms", "Half of the answers came within, rounded up to a power of two", () -> quantile(0.5));
        add(all, "answer-p99-ms", "99 % of the answers came within, rounded up alike", () -> quantile(0.99));
        return all;
    }

    private static void add(Map<String, Metric> all, String name, String description, Supplier<Number> value) {
        all.put(name, new Metric(description, value));
    }

    private double quantile(double part) {
        long count = 0;
        for (int i = 0; i < BUCKETS; i++) {
            count += latencies.get(i);
        }
        long wanted = (long) Math.ceil(count * part);
        long seen = 0;
        for (int i = 0; i < BUCKETS && wanted > 0; i++) {
            seen += latencies.get(i);
            if (seen >= wanted) {
                return (1L << i) / 1_000.0;
            }
        }
        return 0;
    }
}
