package io.millrace.tests;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;

/** Parts of a stack that get more to do than they can, or less than they should. Made for one test, on one thread. */
final class LoadFaults {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SENDERS = 2;
    private static final int EVENTS_A_REQUEST = 1_000;

    private final StackHands hands;

    LoadFaults(StackHands hands) {
        this.hands = hands;
    }

    /** More than the jobs of this machine can take, for as long as it is broken. */
    StackFaults.Fault flood() {
        AtomicBoolean over = new AtomicBoolean();
        return new StackFaults.Fault(
                "more events than the jobs can take",
                Set.of("JobBehind", "JobSlowerThanInput", "JobBatchSlow"),
                () -> {
                    for (int sender = 0; sender < SENDERS; sender++) {
                        String user = "flood-" + sender + "-";
                        StackHands.meanwhile(() -> {
                            for (int request = 0; !over.get(); request++) {
                                hands.post(events(user + request % 100, Instant.now()));
                            }
                        });
                    }
                },
                () -> over.set(true));
    }

    private static String events(String user, Instant time) {
        StringBuilder events = new StringBuilder("[");
        for (int i = 0; i < EVENTS_A_REQUEST; i++) {
            events.append(i == 0 ? "" : ",")
                    .append("{\"user_id\": \"")
                    .append(user)
                    .append(i)
                    .append("\", \"page\": \"/\", \"event_time\": \"")
                    .append(time)
                    .append("\"}");
        }
        return events.append(']').toString();
    }

    /** It takes seconds for each answer, which a sink that is patient enough waits for. */
    StackFaults.Fault slowRedis() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ObjectNode settings =
                (ObjectNode) JSON.readTree(hands.connect("GET", "/connectors/serving-redis/config", null));
        String before = settings.toString();
        String patient = settings.put("socket.timeout.ms", "30000").toString();
        return new StackFaults.Fault(
                "a Redis that is slow",
                Set.of("SinkPutSlow"),
                () -> {
                    hands.connect("PUT", "/connectors/serving-redis/config", patient);
                    StackHands.meanwhile(() -> {
                        try (RedisClient redis = hands.redis()) {
                            while (!over.get()) {
                                redis.sendCommand(Protocol.Command.CLIENT, "PAUSE", "9000", "WRITE");
                                Thread.sleep(9_500);
                            }
                        }
                    });
                },
                () -> {
                    over.set(true);
                    hands.connect("PUT", "/connectors/serving-redis/config", before);
                });
    }

    /** A transaction of many rows while the broker takes nothing. */
    StackFaults.Fault frozenKafka() {
        return new StackFaults.Fault(
                "a broker that hangs while a transaction is captured",
                Set.of("DebeziumQueueFull"),
                () -> {
                    hands.sql(
                            "insert into customers (email, name, segment, country) select 'many-' || i || '@example.com',"
                                    + " repeat('x', 200), 'basic', 'DE' from generate_series(1, 60000) i");
                    hands.signal("kafka", "STOP");
                },
                () -> hands.signal("kafka", "CONT"));
    }

    /** Many more events in this hour than there were in the same hour of the day before; the repair puts that right. */
    StackFaults.Fault spike() {
        Instant dayBefore = Instant.now().minus(Duration.ofDays(1));
        return new StackFaults.Fault(
                "a client in a loop",
                Set.of("VolumeAnomaly"),
                () -> {
                    hands.copyFirst("web.events", 30, dayBefore);
                    hands.copyFirst("web.events", 400, Instant.now());
                },
                () -> hands.copyFirst("web.events", 3_000, dayBefore));
    }
}
