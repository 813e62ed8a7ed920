package io.millrace.spark.serving;

import io.millrace.spark.support.Topology;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Sends random events of every kind, keeps them all, and computes from them what the jobs have to serve. */
final class EventOracle {
    private static final long MINUTE = 60_000;

    private record Request(long time, String service, String endpoint, int status, int millis) {}

    private record Payment(long time, String card, String merchant, long amount, boolean approved) {}

    private final Topology topics;
    private final Random random;
    private final long start;
    /** An older version of the requests' schema, whose writers are still there. */
    private final Schema olderRequest = SchemaBuilder.record("ServiceRequest")
            .namespace("io.millrace.events")
            .fields()
            .requiredString("event_id")
            .requiredLong("event_time")
            .requiredLong("received_at")
            .requiredString("service")
            .requiredString("endpoint")
            .requiredInt("status")
            .requiredInt("duration_ms")
            .endRecord();

    private final Map<String, Request> requests = new LinkedHashMap<>();
    private final Map<String, Payment> payments = new LinkedHashMap<>();
    private final Map<String, Map<String, SensorOracle.Reading>> readings = new TreeMap<>();
    private final Map<String, Long> counted = new TreeMap<>();
    private final Map<String, long[]> quality = new TreeMap<>();
    private final Map<String, Map<String, Long>> pages = new TreeMap<>();
    private long number;

    /** @param start when the first events happen, epoch milliseconds */
    EventOracle(Topology topics, Random random, long start) {
        this.topics = topics;
        this.random = random;
        this.start = start;
    }

    /** Sends so many events of every kind, in an order that is not that of their times. */
    void send(int count) {
        List<Runnable> sends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long id = number++;
            sends.add(request(id));
            sends.add(payment(id));
            sends.add(reading(id));
            sends.add(page(id));
            if (random.nextInt(10) == 0) {
                // Twice.
                sends.add(sends.get(sends.size() - 1 - random.nextInt(4)));
            }
        }
        sends.add(() -> poison("ops.requests", "no avro"));
        sends.add(() -> poison("iot.readings", "\0\0\0\0"));
        sends.add(tooFarAhead());
        for (int from = 0; from < sends.size(); from += 80) {
            List<Runnable> part = sends.subList(from, Math.min(from + 80, sends.size()));
            Collections.shuffle(part, random);
            part.forEach(Runnable::run);
        }
    }

    /** Ten events a second, up to five minutes late, and from clocks that run ahead by up to three. */
    private long time(long id) {
        long skew = id % 50 == 0 ? random.nextInt(3 * 60_000) : -random.nextInt(5 * 60_000);
        return start - 30 * MINUTE + id * 100 + skew;
    }

    private Runnable request(long id) {
        // Nearly all of one service, so that partitions of the topic stay idle.
        String service = random.nextInt(20) == 0 ? "search" : "checkout";
        Request request = new Request(
                time(id),
                service,
                "/r" + random.nextInt(2),
                random.nextInt(9) == 0 ? 500 + random.nextInt(4) : 200 + 204 * random.nextInt(2),
                random.nextInt(10) == 0 ? random.nextInt(5_000) : 5 + random.nextInt(60));
        requests.put("r" + id, request);
        count("ops.requests", request.time());
        boolean older = id % 3 == 0;
        return () -> {
            GenericRecord event = event(older ? olderRequest : topics.schema("ops.requests"), "r" + id, request.time());
            event.put("service", request.service());
            event.put("endpoint", request.endpoint());
            event.put("status", request.status());
            event.put("duration_ms", request.millis());
            if (!older && id % 2 == 0) {
                event.put("trace_id", "t" + id);
            }
            send("ops.requests", request.service(), event, older || id % 2 != 0 ? 1 : 0);
        };
    }

    private Runnable payment(long id) {
        double skewed = random.nextDouble();
        String card = "card-" + (int) (skewed * skewed * skewed * 60);
        Payment payment =
                new Payment(time(id), card, "m" + random.nextInt(30), random.nextInt(20_000), random.nextInt(8) != 0);
        payments.put("p" + id, payment);
        count("payments.authorizations", payment.time());
        return () -> {
            GenericRecord event = event(topics.schema("payments.authorizations"), "p" + id, payment.time());
            event.put("card_id", payment.card());
            event.put("merchant_id", payment.merchant());
            event.put("amount", payment.amount());
            event.put("currency", "EUR");
            event.put("approved", payment.approved());
            send("payments.authorizations", payment.card(), event, 1);
        };
    }

    private Runnable reading(long id) {
        String device = "pump-" + random.nextInt(4);
        double value = 20 + random.nextGaussian() + (id % 400 == 399 ? 60 : 0);
        SensorOracle.Reading reading = new SensorOracle.Reading(time(id), value);
        readings.computeIfAbsent(device + "|heat", key -> new TreeMap<>()).put("s" + id, reading);
        count("iot.readings", reading.time());
        return () -> {
            GenericRecord event = event(topics.schema("iot.readings"), "s" + id, reading.time());
            event.put("device", device);
            event.put("metric", "heat");
            event.put("value", value);
            send("iot.readings", device, event, 0);
        };
    }

    private Runnable page(long id) {
        double skewed = random.nextDouble();
        String page = "/p" + (int) (skewed * skewed * 40);
        long time = time(id);
        pages.computeIfAbsent(
                        "top|" + Instant.ofEpochMilli(Math.floorDiv(time, 3_600_000L) * 3_600_000L) + "|ZZ|-",
                        key -> new TreeMap<>())
                .merge(page, 1L, Long::sum);
        return () -> {
            GenericRecord event = topics.event("w" + id, "top", "u" + id % 30, time, System.currentTimeMillis(), page);
            event.put("address", null);
            topics.send(event);
            long[] sum = quality("web.events");
            sum[0]++;
            sum[4] += event.getSchema().getFields().stream()
                    .filter(field -> event.get(field.pos()) == null)
                    .count();
        };
    }

    private void poison(String topic, String text) {
        topics.sendBytes(topic, "poison", text.getBytes(StandardCharsets.UTF_8));
        quality(topic)[0]++;
        quality(topic)[1]++;
    }

    private Runnable tooFarAhead() {
        return () -> {
            long now = System.currentTimeMillis();
            GenericRecord event = event(topics.schema("iot.readings"), "ahead-" + number, now + 3 * 3_600_000L);
            event.put("device", "pump-0");
            event.put("metric", "heat");
            event.put("value", 1e9);
            topics.send("iot.readings", "pump-0", event);
            quality("iot.readings")[0]++;
            quality("iot.readings")[3]++;
        };
    }

    private static GenericRecord event(Schema schema, String id, long time) {
        GenericRecord event = new GenericData.Record(schema);
        event.put("event_id", id);
        event.put("event_time", time);
        event.put("received_at", System.currentTimeMillis());
        return event;
    }

    private void send(String topic, String key, GenericRecord event, int nulls) {
        topics.send(topic, key, event);
        quality(topic)[0]++;
        quality(topic)[4] += nulls;
    }

    private long[] quality(String kind) {
        return quality.computeIfAbsent(kind, absent -> new long[5]);
    }

    private void count(String kind, long time) {
        counted.merge(kind + "|" + minute(time), 1L, Long::sum);
    }

    private static Instant minute(long time) {
        return Instant.ofEpochMilli(Math.floorDiv(time, MINUTE) * MINUTE);
    }

    Map<String, String> eventsPerMinute() {
        Map<String, String> rows = new TreeMap<>();
        counted.forEach((key, count) -> rows.put(key, count.toString()));
        return rows;
    }

    Map<String, String> quality() {
        Map<String, String> rows = new TreeMap<>();
        quality.forEach((kind, sum) -> rows.put(kind, Arrays.toString(sum)));
        return rows;
    }

    Map<String, String> sensorAnomalies() {
        Map<String, String> rows = new TreeMap<>();
        readings.forEach((sensor, all) -> rows.putAll(SensorOracle.rows(sensor, new ArrayList<>(all.values()))));
        return rows;
    }

    long anomalies() {
        return sensorAnomalies().values().stream()
                .filter(row -> row.endsWith("true"))
                .count();
    }

    Map<String, String> serviceErrors() {
        Map<String, List<Request>> groups = new TreeMap<>();
        requests.values().forEach(each -> groups.computeIfAbsent(
                        each.service() + "|" + each.endpoint() + "|" + minute(each.time()), key -> new ArrayList<>())
                .add(each));
        Map<String, String> rows = new TreeMap<>();
        groups.forEach((key, group) -> {
            long client = group.stream()
                    .filter(each -> each.status() >= 400 && each.status() < 500)
                    .count();
            long server = group.stream().filter(each -> each.status() >= 500).count();
            int[] millis = group.stream().mapToInt(Request::millis).sorted().toArray();
            rows.put(
                    key,
                    group.size() + " " + client + " " + server + " "
                            + ServedText.number((double) server / group.size()) + " "
                            + ServedText.number(percentile(millis, 0.5)) + " "
                            + ServedText.number(percentile(millis, 0.95)) + " "
                            + ServedText.number(percentile(millis, 0.99)) + " " + millis[millis.length - 1]);
        });
        return rows;
    }

    private static double percentile(int[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    Map<String, String> cardVelocity() {
        Map<String, List<Payment>> groups = new TreeMap<>();
        for (Payment each : payments.values()) {
            for (int back = 0; back < 5; back++) {
                groups.computeIfAbsent(
                                each.card() + "|" + minute(each.time() - back * MINUTE), key -> new ArrayList<>())
                        .add(each);
            }
        }
        Map<String, String> rows = new TreeMap<>();
        groups.forEach((key, group) -> {
            long amount = group.stream().mapToLong(Payment::amount).sum();
            Set<String> merchants = new HashSet<>();
            group.forEach(each -> merchants.add(each.merchant()));
            boolean flagged = group.size() > 8 || merchants.size() > 4 || amount > 500_000;
            rows.put(
                    key,
                    group.size() + " "
                            + group.stream().filter(each -> !each.approved()).count() + " " + amount + " "
                            + merchants.size() + " " + flagged);
        });
        return rows;
    }

    long flagged() {
        return cardVelocity().values().stream()
                .filter(row -> row.endsWith("true"))
                .count();
    }

    Map<String, String> topPages() {
        Map<String, String> rows = new TreeMap<>();
        pages.forEach((key, counts) -> {
            StringBuilder text = new StringBuilder();
            text.append(counts.values().stream().mapToLong(Long::longValue).sum());
            counts.entrySet().stream()
                    .sorted((one, other) -> one.getValue().equals(other.getValue())
                            ? one.getKey().compareTo(other.getKey())
                            : Long.compare(other.getValue(), one.getValue()))
                    .limit(10)
                    .forEach(entry ->
                            text.append(' ').append(entry.getKey()).append(' ').append(entry.getValue()));
            rows.put(key, text.toString());
        });
        return rows;
    }
}
