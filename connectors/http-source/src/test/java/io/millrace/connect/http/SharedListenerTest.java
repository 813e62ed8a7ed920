package io.millrace.connect.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.connect.http.listen.Listeners;
import io.millrace.testing.Ports;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks and connectors of one worker at one address. */
@Timeout(120)
class SharedListenerTest {
    private static final String EVENT = "{\"user_id\":\"u1\",\"page\":\"/\"}";

    private final Listeners listeners = new Listeners();
    private final String port = String.valueOf(Ports.free());
    private final String url = "http://127.0.0.1:" + port;
    private final Deque<StandInWorker> workers = new ArrayDeque<>();

    @AfterEach
    void close() throws InterruptedException {
        while (!workers.isEmpty()) {
            workers.pop().close();
        }
    }

    @Test
    void thePathSelectsTheConnector() throws Exception {
        StandInWorker shop = start("shop", "path", "/shop/events");
        StandInWorker blog = start("blog", "path", "/blog/events");
        Client.post(url + "/shop/events", EVENT);
        Client.post(url + "/blog/events", EVENT);
        Client.get(url + "/blog/pixel.gif?user_id=u&page=/");
        assertThat(shop.fetched).hasSize(1);
        assertThat(blog.fetched).hasSize(2);
        assertThat(Client.post(url + "/v1/events", EVENT).body()).contains("/shop/events", "/blog/events");
    }

    @Test
    void tasksOfAConnectorTakeTurnsAndOneTakesAllWhenTheOtherStops() throws Exception {
        StandInWorker first = start("shop");
        StandInWorker second = start("shop");
        for (int i = 0; i < 10; i++) {
            assertThat(Client.post(url + "/v1/events", EVENT).statusCode()).isEqualTo(200);
        }
        assertThat(first.fetched).hasSize(5);
        assertThat(second.fetched).hasSize(5);
        workers.remove(first);
        first.close();
        assertThat(Client.post(url + "/v1/events", EVENT).statusCode()).isEqualTo(200);
        assertThat(second.fetched).hasSize(6);
        workers.remove(second);
        second.close();
        assertThatThrownBy(() -> Client.get(url + "/healthz")).isInstanceOf(IOException.class);
    }

    @Test
    void readinessIsThatOfAllConnectors() throws Exception {
        start("shop", "path", "/shop/events");
        StandInWorker blog = start("blog", "path", "/blog/events");
        await().untilAsserted(() ->
                assertThat(Client.get(url + "/readyz").statusCode()).isEqualTo(200));
        blog.mode(StandInWorker.Mode.PAUSED);
        await().atMost(java.time.Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(Client.get(url + "/readyz").body())
                        .contains("blog")
                        .doesNotContain("shop"));
    }

    @Test
    void aPathThatAnotherConnectorHasIsRefused() {
        start("shop");
        assertThatThrownBy(() -> start("blog", "bind.timeout.ms", "100"))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("the connector shop has /v1/events of this address; set another path");
        assertThatThrownBy(() -> start("blog", "bind.timeout.ms", "100", "path", "/v1/blog"))
                .hasMessageContaining("leave segment and pixel out of formats");
        start("blog", "path", "/v1/blog", "formats", "json");
    }

    @Test
    void otherSettingsOfTheSameAddressAreRefused() {
        start("shop");
        assertThatThrownBy(
                        () -> start("blog", "path", "/blog/events", "max.connections", "7", "bind.timeout.ms", "100"))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("other values of max.connections");
    }

    @Test
    void thePortStaysOpenAndRefusesWhenTheTaskWasStoppedBecauseKafkaIsAway() throws Exception {
        StandInWorker away = start("shop", "drain.timeout.ms", "0");
        away.mode(StandInWorker.Mode.KAFKA_IS_AWAY);
        var unanswered = CompletableFuture.supplyAsync(() -> post("/v1/events"));
        await().until(() -> !away.fetched.isEmpty());
        stop(away);
        assertThat(unanswered.join().statusCode()).isEqualTo(503);

        var refused = post("/v1/events");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("stopping", "Kafka does not answer");
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(Client.get(url + "/readyz").statusCode()).isEqualTo(503);
        assertThat(Client.get(url + "/healthz").statusCode()).isEqualTo(200);

        StandInWorker back = start("shop", "max.connections", "7");
        assertThat(post("/v1/events").statusCode()).isEqualTo(200);
        stop(back);
        assertThatThrownBy(() -> Client.get(url + "/healthz")).isInstanceOf(IOException.class);
    }

    @Test
    void thePortClosesWhenKafkaStaysAway() throws Exception {
        StandInWorker away = start("shop", "drain.timeout.ms", "0", "outage.linger.ms", "300");
        away.mode(StandInWorker.Mode.KAFKA_IS_AWAY);
        var unanswered = CompletableFuture.supplyAsync(() -> post("/v1/events"));
        await().until(() -> !away.fetched.isEmpty());
        stop(away);
        unanswered.join();
        await().untilAsserted(() ->
                assertThatThrownBy(() -> Client.get(url + "/healthz")).isInstanceOf(IOException.class));
    }

    private HttpResponse<String> post(String path) {
        try {
            return Client.post(url + path, EVENT);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    private void stop(StandInWorker worker) throws InterruptedException {
        workers.remove(worker);
        worker.close();
    }

    private StandInWorker start(String name, String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("port", port, "name", name));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        StandInWorker worker = new StandInWorker(StandInWorker.Mode.STORES, all, listeners);
        workers.push(worker);
        return worker;
    }
}
