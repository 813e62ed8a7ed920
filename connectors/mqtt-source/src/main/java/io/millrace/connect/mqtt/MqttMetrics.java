package io.millrace.connect.mqtt;

import io.millrace.connect.commons.Metric;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What a task counts, its connection included. Safe for use by several threads. */
final class MqttMetrics {
    private static final long CONNECTED = 0;

    private final Clock clock;
    private final LongAdder messages = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder latencyMs = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final LongAdder quarantined = new LongAdder();
    private final LongAdder qos0Dropped = new LongAdder();
    private final LongAdder connects = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile LongSupplier inFlight = () -> 0;
    private volatile LongSupplier inFlightBytes = () -> 0;
    /** Since when there is no connection, in epoch milliseconds; {@link #CONNECTED} while there is one. */
    private volatile long disconnectedSince;

    MqttMetrics(Clock clock) {
        this.clock = clock;
        this.disconnectedSince = clock.millis();
    }

    void inFlight(LongSupplier count, LongSupplier size) {
        inFlight = count;
        inFlightBytes = size;
    }

    void arrived(Message message) {
        messages.increment();
        bytes.add(message.payload().length);
    }

    void settled(Message message) {
        acknowledged.increment();
        latencyMs.add(Math.max(0, clock.millis() - message.receivedAt()));
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

    void qos0Dropped() {
        qos0Dropped.increment();
    }

    void connected() {
        connects.increment();
        disconnectedSince = CONNECTED;
    }

    void disconnected() {
        failures.increment();
        if (disconnectedSince == CONNECTED) {
            disconnectedSince = clock.millis();
        }
    }

    /** Every metric by its name. */
    Map<String, Metric> all() {
        Map<String, Metric> all = new LinkedHashMap<>();
        add(all, "messages-total", "Messages that arrived, those sent again included", messages::sum);
        add(all, "bytes-total", "Bytes of their payloads", bytes::sum);
        add(
                all,
                "acknowledged-total",
                "Messages that are done with: in Kafka, dropped, or set aside",
                acknowledged::sum);
        add(
                all,
                "acknowledge-latency-ms-avg",
                "Mean time from the arrival of a message to its acknowledgement",
                () -> acknowledged.sum() == 0 ? 0.0 : (double) latencyMs.sum() / acknowledged.sum());
        add(all, "in-flight", "Messages that wait for Kafka", () -> inFlight.getAsLong());
        add(all, "in-flight-bytes", "Bytes of their payloads", () -> inFlightBytes.getAsLong());
        add(all, "dropped-total", "Messages that a transform or errors.tolerance dropped", dropped::sum);
        add(all, "malformed-total", "Messages that could not be turned into a record", malformed::sum);
        add(all, "quarantined-total", "Malformed messages that went to the quarantine topic", quarantined::sum);
        add(all, "qos0-dropped-total", "Messages of QoS 0 that found the inbox full", qos0Dropped::sum);
        add(
                all,
                "connected",
                "1 while there is a connection to the broker",
                () -> disconnectedSince == CONNECTED ? 1 : 0);
        add(all, "connects-total", "Connections that were made", connects::sum);
        add(all, "disconnects-total", "Connections that were lost or could not be made", failures::sum);
        add(all, "outage-ms", "How long there has been no connection", () -> {
            long since = disconnectedSince;
            return since == CONNECTED ? 0 : clock.millis() - since;
        });
        return all;
    }

    private static void add(Map<String, Metric> all, String name, String description, Supplier<Number> value) {
        all.put(name, new Metric(description, value));
    }
}
