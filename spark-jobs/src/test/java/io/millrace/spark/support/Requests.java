package io.millrace.spark.support;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Random events of a kind, what a declared job has to make of them, and the same counted by hand. */
public final class Requests {
    public static final String TOPIC = "ops.requests";
    public static final String LOAD_TOPIC = "serving.load";
    public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    public static final String SCHEMA = "{\"type\":\"record\",\"name\":\"Request\",\"namespace\":\"test\",\"fields\":["
            + "{\"name\":\"request_id\",\"type\":\"string\"},"
            + "{\"name\":\"at\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}},"
            + "{\"name\":\"service\",\"type\":\"string\"}]}";
    public static final String LOAD = "{\"type\":\"record\",\"name\":\"Load\",\"namespace\":\"test\",\"fields\":["
            + "{\"name\":\"service\",\"type\":\"string\"},"
            + "{\"name\":\"window_start\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}},"
            + "{\"name\":\"requests\",\"type\":\"long\"},"
            + "{\"name\":\"updated_at\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}}]}";
    public static final String JOB =
            """
            description: Requests per service and minute.
            owner: test
            source: {topic: ops.requests, watermark: 1h}
            sink: {topic: serving.load}
            state: {max_rows: 100000}
            """;
    public static final String QUERY = "SELECT service, window.start AS window_start, count(*) AS requests"
            + " FROM events GROUP BY service, window(at, '1 minute')";

    private record Request(String id, long at, String service) {}

    private final Topology topics;
    private final Random random;
    private final long stepMs;
    private final List<Request> sent = new ArrayList<>();
    private int records;

    /** @param seed is printed, so that a failure can be repeated */
    public Requests(Topology topics, long seed) {
        this(topics, seed, 200);
    }

    /** @param stepMs how far event time moves from one event to the next */
    public Requests(Topology topics, long seed, long stepMs) {
        System.out.println("random requests of the seed " + seed);
        this.topics = topics;
        this.random = new Random(seed);
        this.stepMs = stepMs;
    }

    /** Sends so many events, out of order within five minutes, one of ten twice. */
    public void send(int count) {
        List<Request> batch = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = NOON.toEpochMilli() + sent.size() * stepMs - random.nextInt(300_000);
            String service = List.of("a", "b", "c").get(random.nextInt(3));
            Request request = new Request("r" + sent.size(), at, service);
            sent.add(request);
            batch.add(request);
            if (random.nextInt(10) == 0) {
                batch.add(request);
            }
        }
        Collections.shuffle(batch, random);
        for (Request request : batch) {
            GenericRecord event = new GenericData.Record(topics.schema(TOPIC));
            event.put("request_id", request.id());
            event.put("at", request.at());
            event.put("service", request.service());
            topics.send(TOPIC, request.id(), event);
            records++;
        }
        topics.flush();
    }

    /** Records that were sent. */
    public int records() {
        return records;
    }

    /** Records that were sent for the second time. */
    public int duplicates() {
        return records - sent.size();
    }

    /** Requests by the key of their row, counted by hand. */
    public Map<String, Long> counted() {
        return counted(service -> true);
    }

    /** As {@link #counted()}, of some services only. */
    public Map<String, Long> counted(Predicate<String> wanted) {
        Set<String> seen = new HashSet<>();
        Map<String, Long> counts = new TreeMap<>();
        for (Request request : sent) {
            if (wanted.test(request.service()) && seen.add(request.id())) {
                long minute = Math.floorDiv(request.at(), 60_000L) * 60_000L;
                counts.merge(request.service() + "|" + Instant.ofEpochMilli(minute), 1L, Long::sum);
            }
        }
        return counts;
    }
}
