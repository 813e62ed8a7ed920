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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients count what was answered 200 while the worker, with exactly-once support and without, and then the broker are killed
 * as with kill -9, whatever they are doing; {@code -Dhttp.kills=N} sets how often. The broker is the runtime's, which has
 * a fault of Kafka's transaction coordinator mended.
 */
@Timeout(600)
class CrashIT {
    private static final int KILLS = Integer.getInteger("http.kills", 1);
    private static final int CLIENTS = 4;
    private static final int EVENTS_PER_REQUEST = 20;
    private static final Duration LONG = Duration.ofSeconds(180);

    private KafkaServer kafka;
    private Edge edge;

    /** A worker with the connector, and clients that send to it. */
    private static final class Edge {
        private final KafkaServer kafka;
        private final String topic;
        private final ConnectWorker worker;
        private final int port = Ports.free();
        private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        private final List<CompletableFuture<Void>> clients = new ArrayList<>();
        private final AtomicLong lost = new AtomicLong();
        private volatile boolean stop;

        Edge(Path folder, KafkaServer kafka, String topic, boolean exactlyOnce) throws Exception {
            this.kafka = kafka;
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

        /** The identities of all records. */
        List<String> ids() {
            return kafka.read(topic).stream()
                    .map(record -> LocalKafka.header(record, "event_id"))
                    .toList();
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (edge != null) {
            edge.worker.close();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    @Test
    void everyAnswerOf200IsInTheTopicWhateverIsKilled() throws Exception {
        everyAnswerIsThere("edge.at-least-once", false);
    }

    @Test
    void everyAnswerOf200IsInTheTopicOnceItsTransactionIsCommitted() throws Exception {
        everyAnswerIsThere("edge.exactly-once", true);
    }

    private void everyAnswerIsThere(String topic, boolean exactlyOnce) throws Exception {
        Path folder = Path.of("target", "it", topic + "-" + System.nanoTime()).toAbsolutePath();
        kafka = KafkaServer.start(folder);
        edge = new Edge(folder, kafka, topic, exactlyOnce);
        edge.startClients();
        edge.awaitMore();
        for (int kill = 0; kill < KILLS; kill++) {
            edge.worker.process().kill();
            edge.worker.start();
            edge.awaitMore();
            kafka.process().kill();
            kafka.start();
            edge.awaitMore();
        }
        edge.stopClients();
        await(topic).atMost(LONG).untilAsserted(() -> assertThat(edge.ids())
                .as("acknowledged and in the topic")
                .containsAll(edge.acknowledged));
        Map<String, Integer> copies = new HashMap<>();
        edge.ids().forEach(id -> copies.merge(id, 1, Integer::sum));
        System.out.printf(
                "%s: %d events acknowledged over %d kills, %d requests without an answer, %d records, %d identities%n",
                topic,
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
