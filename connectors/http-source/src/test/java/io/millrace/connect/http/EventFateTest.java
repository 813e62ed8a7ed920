package io.millrace.connect.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.luben.zstd.Zstd;
import io.millrace.connect.http.listen.Listeners;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of events that are bad, known, unwanted or in a hurry. */
@Timeout(120)
class EventFateTest {
    private static final String GOOD = "{\"event_id\":\"%s\",\"user_id\":\"u1\",\"page\":\"/\"}";

    private StandInWorker worker;

    @AfterEach
    void close() throws InterruptedException {
        worker.close();
    }

    @Test
    void theGoodEventsOfARequestAreTakenBesideBadOnesWhenThatIsWanted() throws Exception {
        start("on.invalid", "partial");
        HttpResponse<String> answer = post("[" + good("a") + ",{\"user_id\":{\"deep\":[1,{}]},\"page\":\"/\"},7,[{}],"
                + good("b") + ",{\"user_id\":\"u\"}]");
        assertThat(answer.statusCode()).isEqualTo(207);
        assertThat(answer.body())
                .startsWith("{\"accepted\":2,\"rejected\":4,\"errors\":[{\"error\":\"invalid_event\",\"index\":1,")
                .contains("\"index\":2", "\"index\":3", "\"index\":5,\"field\":\"page\"");
        assertThat(worker.fetched).hasSize(2);
        HttpResponse<String> none = post("[{},{}]");
        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(none.body()).startsWith("{\"accepted\":0,\"rejected\":2");
    }

    @Test
    void badEventsAreSetAsideWithTheReasonBeforeTheAnswer() throws Exception {
        start("on.invalid", "partial", "quarantine.topic", "quarantine.events");
        String bad = "{\"user_id\":\"u\",\"status\":\"ok\",\"page\":\"/\"}";
        assertThat(post("[" + good("a") + "," + bad + "]").body()).contains("\"rejected\":1,\"quarantined\":true");
        assertThat(worker.fetched).extracting(SourceRecord::topic).containsExactly("web.events", "quarantine.events");
        Struct aside = (Struct) worker.fetched.get(1).value();
        assertThat(aside.getString("kind")).isEqualTo("web.events");
        assertThat(aside.getStruct("failure").getString("field")).isEqualTo("status");
        assertThat(aside.getStruct("failure").getString("message")).contains("must be a whole number of 32 bits");
        assertThat(new String(aside.getBytes("payload"), StandardCharsets.UTF_8))
                .isEqualTo(bad);
        aside.validate();
    }

    @Test
    void aRequestThatIsRefusedAsAWholeLeavesItsFirstBadEventAside() throws Exception {
        start("quarantine.topic", "quarantine.events");
        HttpResponse<String> answer = post(good("a") + "\n{\"page\":\"/\"}\n" + good("b"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"index\":1", "\"field\":\"user_id\"");
        assertThat(worker.fetched).extracting(SourceRecord::topic).containsExactly("quarantine.events");
    }

    @Test
    void unknownFieldsAreLeftOutWhenThatIsWanted() throws Exception {
        start("unknown.fields", "ignore");
        assertThat(post("{\"user_id\":\"u\",\"x\":{\"a\":[1,{\"page\":3}]},\"page\":\"/\",\"y\":null}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(((Struct) worker.fetched.get(0).value()).getString("page")).isEqualTo("/");
    }

    @Test
    void anEventFarInTheFutureIsBad() throws Exception {
        start("max.event.future.ms", "60000");
        String event = "{\"user_id\":\"u\",\"page\":\"/\",\"event_time\":\"%s\"}";
        assertThat(post(event.formatted(Instant.now().plusSeconds(30))).statusCode())
                .isEqualTo(200);
        HttpResponse<String> far = post(event.formatted(Instant.now().plusSeconds(3600)));
        assertThat(far.statusCode()).isEqualTo(400);
        assertThat(far.body()).contains("\"field\":\"event_time\"", "ahead of the collector's clock");
    }

    @Test
    void anEventThatIsSentAgainIsNotASecondOne() throws Exception {
        start();
        assertThat(post("[" + good("a") + "," + good("a") + "]").body()).isEqualTo("{\"accepted\":2,\"duplicates\":1}");
        assertThat(post("[" + good("b") + "," + good("a") + "]").body()).isEqualTo("{\"accepted\":2,\"duplicates\":1}");
        assertThat(post(good("b")).body()).isEqualTo("{\"accepted\":1,\"duplicates\":1}");
        assertThat(worker.fetched).hasSize(2);
        post("{\"user_id\":\"u\",\"page\":\"/\"}");
        post("{\"user_id\":\"u\",\"page\":\"/\"}");
        assertThat(worker.fetched).as("without an id each is one").hasSize(4);
    }

    @Test
    void aRetryWhileTheFirstIsOnItsWayIsAnsweredWithIt() throws Exception {
        start(StandInWorker.Mode.PAUSED);
        CompletableFuture<HttpResponse<String>> first = CompletableFuture.supplyAsync(() -> postQuietly(good("a")));
        await().until(() -> worker.collector()
                        .metrics()
                        .get("in-flight-requests")
                        .value()
                        .get()
                        .intValue()
                == 1);
        CompletableFuture<HttpResponse<String>> second = CompletableFuture.supplyAsync(() -> postQuietly(good("a")));
        await().until(() -> worker.collector()
                        .metrics()
                        .get("in-flight-requests")
                        .value()
                        .get()
                        .intValue()
                == 2);
        assertThat(second).isNotDone();
        worker.mode(StandInWorker.Mode.STORES);
        assertThat(first.get().body()).isEqualTo("{\"accepted\":1}");
        assertThat(second.get().body()).isEqualTo("{\"accepted\":1,\"duplicates\":1}");
        assertThat(worker.fetched).hasSize(1);
        await().until(() -> worker.collector().heldBytes() == 0);
    }

    @Test
    void whatAStoppedTaskLeftOpenIsSentAnewByTheNextOne() throws Exception {
        IdWindows windows = new IdWindows();
        start(StandInWorker.Mode.KAFKA_IS_AWAY, windows, "request.timeout.ms", "300", "drain.timeout.ms", "0");
        assertThat(post(good("a")).body()).contains("not_acknowledged");
        assertThat(post(good("a")).body()).as("it may come yet").contains("not_acknowledged");
        assertThat(worker.fetched).hasSize(1);
        worker.close();
        start(StandInWorker.Mode.STORES, windows);
        assertThat(post(good("a")).body()).isEqualTo("{\"accepted\":1}");
        worker.close();
        start(StandInWorker.Mode.STORES, windows);
        assertThat(post(good("a")).body()).as("known over a restart").isEqualTo("{\"accepted\":1,\"duplicates\":1}");
    }

    @Test
    void anEventThatWasDroppedIsNotTakenForStored() throws Exception {
        start(StandInWorker.Mode.DROPS);
        assertThat(post(good("a")).statusCode()).isEqualTo(422);
        worker.mode(StandInWorker.Mode.STORES);
        assertThat(post(good("a")).body()).isEqualTo("{\"accepted\":1}");
    }

    @Test
    void aBeaconDoesNotWaitForKafka() throws Exception {
        start(StandInWorker.Mode.PAUSED, "request.timeout.ms", "300");
        assertThat(Client.post(worker.url() + "/v1/events?ack=memory", good("a"))
                        .statusCode())
                .isEqualTo(202);
        assertThat(Client.post(worker.url() + "/v1/events", good("b"), "Prefer", "respond-async")
                        .statusCode())
                .isEqualTo(202);
        assertThat(post(good("c")).statusCode()).isEqualTo(503);
        worker.mode(StandInWorker.Mode.STORES);
        await().until(() -> worker.fetched.size() == 2);
        await().until(() -> worker.collector().heldBytes() == 0);
    }

    @Test
    void zstdIsInflatedAndStopsAtTheLimit() throws Exception {
        start("max.request.bytes", "100000");
        byte[] body = Zstd.compress((good("a") + "\n" + good("b")).getBytes(StandardCharsets.UTF_8));
        assertThat(Client.post(worker.url() + "/v1/events", body, "Content-Encoding", "zstd")
                        .body())
                .isEqualTo("{\"accepted\":2}");
        byte[] bomb = Zstd.compress(new byte[50_000_000]);
        assertThat(Client.post(worker.url() + "/v1/events", bomb, "Content-Encoding", "zstd")
                        .statusCode())
                .isEqualTo(413);
        assertThat(Client.post(worker.url() + "/v1/events", "no zstd", "Content-Encoding", "zstd")
                        .statusCode())
                .isEqualTo(400);
        assertThat(worker.collector().heldBytes()).isZero();
    }

    @Test
    void topicAndKeyAreMadeByTemplates() throws Exception {
        start(
                "topic.template",
                "${topic}.${value.site}",
                "topic.template.topics",
                "web.events.shop",
                "key.template",
                "${value.site}/${key}");
        assertThat(post("{\"user_id\":\"u\",\"page\":\"/\",\"site\":\"shop\"}").statusCode())
                .isEqualTo(200);
        assertThat(worker.fetched.get(0).topic()).isEqualTo("web.events.shop");
        assertThat(worker.fetched.get(0).key()).isEqualTo("shop/u");
        assertThat(post("{\"user_id\":\"u\",\"page\":\"/\",\"site\":\"else\"}").body())
                .contains("web.events.else, which is none of topic.template.topics");
    }

    @Test
    void theAddressCanBeHashedOrLeftOut() throws Exception {
        start("address.form", "hash", "address.salt", "pepper", "trusted.proxies", "127.0.0.0/8");
        Client.post(worker.url() + "/v1/events", good("a"), "X-Forwarded-For", "203.0.113.7, 127.0.0.9");
        Client.post(worker.url() + "/v1/events", good("b"), "X-Forwarded-For", "6.6.6.6, 203.0.113.7");
        String hashed = ((Struct) worker.fetched.get(0).value()).getString("address");
        assertThat(hashed).matches("[0-9a-f]{32}");
        assertThat(((Struct) worker.fetched.get(1).value()).getString("address"))
                .as("what the client itself writes is not believed")
                .isEqualTo(hashed);
    }

    @Test
    void aClientThatSendsTooMuchIsToldWhenToComeBack() throws Exception {
        start("rate.limit.events.per.second", "1", "rate.limit.burst.events", "3", "auth.write.keys", "a=ka,b=kb");
        assertThat(keyed("ka", "[" + good("1") + "," + good("2") + "," + good("3") + "]")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> more = keyed("ka", "[" + good("4") + "," + good("5") + "," + good("6") + "]");
        assertThat(more.statusCode()).isEqualTo(429);
        assertThat(more.headers().firstValueAsLong("retry-after").orElse(0)).isBetween(1L, 3L);
        assertThat(keyed("kb", good("7")).statusCode()).isEqualTo(200);
        assertThat(worker.fetched).hasSize(4);
    }

    @Test
    void browsersAreToldWhichPagesMaySend() throws Exception {
        start("cors.origins", "https://shop.example");
        HttpResponse<String> asked = Client.send(
                "OPTIONS",
                worker.url() + "/v1/events",
                HttpRequest.BodyPublishers.noBody(),
                "Origin",
                "https://shop.example",
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "content-type");
        assertThat(asked.statusCode()).isEqualTo(204);
        assertThat(asked.headers().firstValue("access-control-allow-origin")).contains("https://shop.example");
        assertThat(asked.headers().firstValue("access-control-allow-methods")).contains("GET, HEAD, POST, OPTIONS");
        HttpResponse<String> other =
                Client.post(worker.url() + "/v1/events", good("a"), "Origin", "https://evil.example");
        assertThat(other.headers().firstValue("access-control-allow-origin")).isEmpty();
    }

    @Test
    void aPixelTellsWhatIsWrong() throws Exception {
        start();
        HttpResponse<String> pixel = Client.get(worker.url() + "/v1/pixel.gif?userId=u&page=%2Fa%20b&_=1");
        assertThat(pixel.statusCode()).isEqualTo(200);
        assertThat(pixel.body()).startsWith("GIF89a");
        assertThat(((Struct) worker.fetched.get(0).value()).getString("page")).isEqualTo("/a b");
        assertThat(Client.get(worker.url() + "/v1/pixel.gif?user_id=u").body()).contains("\"field\":\"page\"");
    }

    @Test
    void stoppingLetsWhatIsOnItsWayArrive() throws Exception {
        start(StandInWorker.Mode.KAFKA_IS_AWAY, "drain.timeout.ms", "60000");
        CompletableFuture<HttpResponse<String>> open = CompletableFuture.supplyAsync(() -> postQuietly(good("a")));
        await().until(() -> worker.fetched.size() == 1);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(worker.collector()::close);
        await().untilAsserted(() ->
                assertThat(Client.get(worker.url() + "/readyz").statusCode()).isEqualTo(503));
        assertThat(postQuietly(good("b")).body()).contains("\"error\":\"stopping\"");
        worker.collector().settle((EventRecord) worker.fetched.get(0), true);
        assertThat(open.get().statusCode()).isEqualTo(200);
        assertThat(stopped).succeedsWithin(Duration.ofSeconds(60));
    }

    private static String good(String id) {
        return GOOD.formatted(id);
    }

    private HttpResponse<String> keyed(String key, String body) throws Exception {
        return Client.post(worker.url() + "/v1/events", body, "X-Write-Key", key);
    }

    private HttpResponse<String> post(String body) throws Exception {
        return Client.post(worker.url() + "/v1/events", body);
    }

    private HttpResponse<String> postQuietly(String body) {
        try {
            return post(body);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void start(String... settings) {
        start(StandInWorker.Mode.STORES, settings);
    }

    private void start(StandInWorker.Mode mode, String... settings) {
        start(mode, new IdWindows(), settings);
    }

    private void start(StandInWorker.Mode mode, IdWindows windows, String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("port", "0"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        worker = new StandInWorker(mode, all, new Listeners(), windows);
    }
}
