package io.millrace.spark.serving;

import io.millrace.spark.support.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Events that come hours late, long ago by Kafka's clock, or again in another partition. All of other keys than the oracle's. */
final class OddEvents {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    static final int LONG_AGO = 100;
    static final int THE_DAY_BEFORE = 30;

    private final Topology topics;
    private final Random random;
    private final long now;
    private long number;
    private long counted;

    OddEvents(Topology topics, Random random, long now) {
        this.topics = topics;
        this.random = random;
        this.now = now;
    }

    /** How many of those that were sent are counted. */
    long counted() {
        return counted;
    }

    /** In one hour many more than in the same hour of the day before. */
    void requestsOfOtherHours() {
        long hour = Math.floorDiv(now, HOUR) * HOUR - 2 * HOUR;
        for (int i = 0; i < LONG_AGO; i++) {
            request(hour + i * 1_000L);
        }
        for (int i = 0; i < THE_DAY_BEFORE; i++) {
            request(hour - 24 * HOUR + i * 1_000L);
        }
        topics.flush();
    }

    private void request(long kafkaTime) {
        GenericRecord event = event("ops.requests", "odd-" + number++, now - HOUR);
        event.put("service", "odd");
        event.put("endpoint", "/odd");
        event.put("status", 200);
        event.put("duration_ms", 5);
        topics.sendAt("ops.requests", "odd", event, kafkaTime);
        counted++;
    }

    /** Hours of a sensor's readings, some of which come half an hour late and some longer than it takes to be looked at. */
    void readingsOfHours() {
        List<Long> times = new ArrayList<>();
        for (int minute = 0; minute < 240; minute++) {
            times.add(now - 5 * HOUR + minute * MINUTE);
            if (minute % 20 == 19) {
                times.add(now - 5 * HOUR + (minute - 30) * MINUTE);
                times.add(now - 5 * HOUR + (minute - 90) * MINUTE);
            }
        }
        for (long time : times) {
            GenericRecord event = event("iot.readings", "odd-" + number++, time);
            event.put("device", "odd");
            event.put("metric", "heat");
            event.put("value", 20 + random.nextGaussian());
            topics.send("iot.readings", "odd", event);
            counted++;
        }
        topics.flush();
    }

    /** Of those that have the same id the one that counts. */
    void first() {
        same(0);
        counted++;
    }

    /** In any partition, each as if it had happened in another minute. */
    void same() {
        for (int i = 1; i < 9; i++) {
            same(i);
        }
    }

    private void same(int i) {
        GenericRecord event = event("payments.authorizations", "odd-same", now - 20 * HOUR + i * MINUTE);
        event.put("card_id", "odd-" + i);
        event.put("merchant_id", "m");
        event.put("amount", 1L);
        event.put("currency", "EUR");
        event.put("approved", true);
        topics.send("payments.authorizations", "odd-" + i, event);
        topics.flush();
    }

    private GenericRecord event(String topic, String id, long time) {
        GenericRecord event = new GenericData.Record(topics.schema(topic));
        event.put("event_id", id);
        event.put("event_time", time);
        event.put("received_at", System.currentTimeMillis());
        return event;
    }
}
