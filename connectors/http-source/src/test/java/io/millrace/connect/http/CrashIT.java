package io.millrace.connect.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.ConnectWorker;
import io.millrace.testing.KafkaServer;
import io.millrace.testing.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients count what was answered 200 while workers, with exactly-once support and without, and then their broker are killed
 * as with kill -9; {@code -Dhttp.kills=N} sets how often.
 */
@Timeout(600)
class CrashIT {
    private static final int KILLS = Integer.getInteger("http.kills", 1);
    private static final int CLIENTS = 4;
    private static final int EVENTS_PER_REQUEST = 20;
    private static final Duration LONG = Duration.ofSeconds(180);

    private static KafkaServer kafka;
    private static final List<Edge> EDGES = new ArrayList<>();

    /** A worker with the connector, and clients that send to it. */
    private static final class Edge {
        private final String topic;
        private final ConnectWorker worker;
        private final int port = Ports.free();
        private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        private final List<CompletableFuture<Void>> clients = new ArrayList<>();
        private final AtomicLong lost = new AtomicLong();
        private volatile boolean stop;

        Edge(Path folder, String topic, boolean exactlyOnce) throws Exception {
            this.topic = topic;
            kafka.createTopic(topic, 2);
            worker = ConnectWorker.start(folder, kafka, LocalKafka.options(exactlyOnce));
            Map<String, String> config = new HashMap<>(Map.of(
                    "connector.class",
                    HttpSourceConnector.class.getName(),
                    "tasks.max",
                    "2",
                    "port",
                    String.valueOf(port),
                    "topic",
                    topic,
                    "contract",
                    "web.events",
                    "request.timeout.ms",
                    "5000"));
            if (exactlyOnce) {
                config.put("exactly.once.support", "required");
            }
            worker.run("edge", config);
        }

        void startClients() {
            for (int i = 0; i < CLIENTS; i++) {
                String client = topic + "-" + i;
                clients.add(CompletableFuture.runAsync(() -> {
                    for (int request = 0; !stop; request++) {
                        sendUntilStored(client + "-" + request);
                    }
                }));
            }
        }

        /** One identity is there twice in each request. */
        private void sendUntilStored(String request) {
            List<String> ids = new ArrayList<>();
            StringBuilder body = new StringBuilder();
            for (int i = 0; i < EVENTS_PER_REQUEST; i++) {
                String id = request + "-" + Math.max(1, i);
                ids.add(id);
                body.append("{\"event_id\":\"" + id + "\",\"user_id\":\"u1\",\"page\":\"/\"}\n");
            }
            while (!stop && !sent(body.toString())) {
                try {
                    Thread.sleep(100);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
            if (!stop) {
                acknowledged.addAll(ids);
            }
        }

        /** Whether it was answered 200. */
        private boolean sent(String body) {
            try {
                return Client.post("http://127.0.0.1:" + port + "/v1/events", body)
                                .statusCode()
                        == 200;
            } catch (IOException e) {
                // The worker is dead: a client tries again.
                lost.incrementAndGet();
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        void awaitMore() {
            int before = acknowledged.size();
            await(topic).atMost(LONG).until(() -> acknowledged.size() > before + 20 * EVENTS_PER_REQUEST);
        }

        void stopClients() {
            stop = true;
            clients.forEach(CompletableFuture::join);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Path folder = Path.of("target", "it", "http-crash-" + System.nanoTime()).toAbsolutePath();
        kafka = KafkaServer.start(folder);
        EDGES.add(new Edge(folder, "edge.exactly-once", true));
        EDGES.add(new Edge(folder, "edge.at-least-once", false));
    }

    @AfterAll
    static void stop() throws InterruptedException {
        for (Edge edge : EDGES) {
            edge.worker.close();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    @Test
    void everyAnswerOf200IsInTheTopicWhateverIsKilled() throws Exception {
        EDGES.forEach(Edge::startClients);
        EDGES.forEach(Edge::awaitMore);
        for (int kill = 0; kill < KILLS; kill++) {
            for (Edge edge : EDGES) {
                edge.worker.process().kill();
            }
            CompletableFuture.allOf(EDGES.stream()
                            .map(edge -> CompletableFuture.runAsync(edge.worker::start))
                            .toArray(CompletableFuture[]::new))
                    .join();
            EDGES.forEach(Edge::awaitMore);
            kafka.process().kill();
            kafka.start();
            EDGES.forEach(Edge::awaitMore);
        }
        EDGES.forEach(Edge::stopClients);
        for (Edge edge : EDGES) {
            await(edge.topic).atMost(LONG).untilAsserted(() -> assertThat(ids(edge))
                    .as("acknowledged and in the topic")
                    .containsAll(edge.acknowledged));
            Map<String, Integer> copies = new HashMap<>();
            ids(edge).forEach(id -> copies.merge(id, 1, Integer::sum));
            System.out.printf(
                    "%s: %d events acknowledged over %d kills of worker and broker, %d requests without an answer, %d records,"
                            + " %d identities%n",
                    edge.topic,
                    edge.acknowledged.size(),
                    KILLS,
                    edge.lost.get(),
                    copies.values().stream().mapToInt(Integer::intValue).sum(),
                    copies.size());
            // What is there more often than once is of requests whose answer was lost: at most one per client and kill.
            assertThat(copies.values().stream().filter(count -> count > 1).count())
                    .isLessThanOrEqualTo((long) CLIENTS * EVENTS_PER_REQUEST * KILLS * 6);
        }
    }

    private static List<String> ids(Edge edge) {
        List<ConsumerRecord<String, String>> records = kafka.read(edge.topic);
        return records.stream()
                .map(record -> LocalKafka.header(record, "event_id"))
                .toList();
    }
}
