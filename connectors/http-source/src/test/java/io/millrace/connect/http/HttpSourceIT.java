package io.millrace.connect.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.testing.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** The plugin directory in a real worker with exactly-once support, before a real broker. */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HttpSourceIT {
    private static final String TOPIC = "web.events";

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static LocalKafka kafka;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        port = Ports.free();
        kafka = new LocalKafka(
                Path.of("target", "it", "http-source-" + System.nanoTime()).toAbsolutePath());
        kafka.startBroker();
        kafka.createTopic(TOPIC);
        kafka.startWorker();
        assertThat(kafka.rest("PUT", "/connectors/web-http/config", config(Map.of()))
                        .statusCode())
                .isEqualTo(201);
        awaitReady();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (kafka != null) {
            kafka.close();
        }
    }

    @Test
    @Order(1)
    void anAcceptedEventIsReadable() throws Exception {
        HttpResponse<String> answer = post(event("once-1"));
        assertThat(answer.body()).isEqualTo("{\"accepted\":1}");
        awaitStored("once-1");
        List<ConsumerRecord<String, String>> records = kafka.read(TOPIC);
        assertThat(records).hasSize(1);
        ConsumerRecord<String, String> record = records.get(0);
        assertThat(record.key()).isEqualTo("u1");
        assertThat(LocalKafka.header(record, "event_id")).isEqualTo("once-1");
        assertThat(JSON.readTree(record.value()).path("site").asText()).isEqualTo("default");
        assertThat(JSON.readTree(record.value()).path("received_at").asLong()).isEqualTo(record.timestamp());
    }

    @Test
    @Order(2)
    void twoEqualEventsInOneRequestAreBothAcknowledgedAndOneIsStored() throws Exception {
        HttpResponse<String> answer = post("[" + event("twin") + "," + event("twin") + "]");
        assertThat(answer.body()).isEqualTo("{\"accepted\":2,\"duplicates\":1}");
        awaitStored("twin");
        assertThat(post(event("twin")).body()).isEqualTo("{\"accepted\":1,\"duplicates\":1}");
        assertThat(ids(kafka.read(TOPIC))).filteredOn("twin"::equals).hasSize(1);
    }

    @Test
    @Order(3)
    void aBadEventInTheMiddleKeepsTheWholeRequestOut() throws Exception {
        HttpResponse<String> answer = post(event("good-1") + "\n{\"user_id\":\"u\"}\n" + event("good-2"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"index\":1", "\"field\":\"page\"");
        post(event("after-bad"));
        awaitStored("after-bad");
        assertThat(ids(kafka.read(TOPIC))).doesNotContain("good-1", "good-2");
    }

    @Test
    @Order(4)
    void aRequestBeyondTheLimitsIsRefused() throws Exception {
        assertThat(post(" ".repeat(60_000)).statusCode()).isEqualTo(413);
        assertThat(post(event("many").repeat(101)).statusCode()).isEqualTo(413);
    }

    @Test
    @Order(5)
    void theValidationNamesAMistypedKey() throws Exception {
        HttpResponse<String> answer = kafka.rest(
                "PUT",
                "/connector-plugins/HttpSourceConnector/config/validate",
                config(Map.of("max.request.byte", "1", "topic.creation.enable", "false")));
        assertThat(JSON.readTree(answer.body()).path("error_count").asInt()).isEqualTo(1);
        assertThat(answer.body()).contains("unknown key max.request.byte; did you mean max.request.bytes?");
    }

    @Test
    @Order(6)
    void aRecordThatATransformDropsIsNotReportedAsStored() throws Exception {
        Map<String, String> filter = Map.of(
                "transforms", "drop",
                "transforms.drop.type", "org.apache.kafka.connect.transforms.Filter");
        reconfigure(filter);
        await().ignoreExceptions().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        post(event("filtered-" + System.nanoTime())).statusCode())
                .isEqualTo(422));
        reconfigure(Map.of());
        await().ignoreExceptions().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        post(event("unfiltered")).statusCode())
                .isEqualTo(200));
        awaitStored("unfiltered");
    }

    @Test
    @Order(7)
    void withoutABrokerRequestsAreAnsweredInTimeInBoundedMemoryAndTheNextOneAfterwardsIsStored() throws Exception {
        kafka.killBroker();
        long start = System.nanoTime();
        HttpResponse<String> answer = post(event("away"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("not_acknowledged");
        assertThat(answer.headers().firstValue("retry-after")).isPresent();

        String large = (event("large") + " ".repeat(500) + "\n").repeat(50);
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            answers.add(HTTP.sendAsync(request(large), HttpResponse.BodyHandlers.ofString()));
        }
        List<String> errors = new ArrayList<>();
        for (CompletableFuture<HttpResponse<String>> one : answers) {
            assertThat(one.get().statusCode()).isEqualTo(503);
            errors.add(JSON.readTree(one.get().body()).path("error").asText());
        }
        assertThat(errors).contains("over_capacity").isSubsetOf("over_capacity", "not_acknowledged", "stopping");

        kafka.startBroker();
        await().ignoreExceptions().atMost(Duration.ofSeconds(40)).untilAsserted(() -> assertThat(
                        post(event("back")).statusCode())
                .isEqualTo(200));
        awaitStored("back");
    }

    /**
     * A commit is decided for good when the worker hears of it, and the broker shows its records a moment later, when it
     * has written the markers.
     */
    private static void awaitStored(String... ids) {
        await().untilAsserted(() -> {
            Set<String> missing = new HashSet<>(List.of(ids));
            ids(kafka.read(TOPIC)).forEach(missing::remove);
            assertThat(missing).as("acknowledged and not in the topic").isEmpty();
        });
    }

    private static void reconfigure(Map<String, String> more) throws Exception {
        await().ignoreExceptions()
                .until(() -> kafka.rest("PUT", "/connectors/web-http/config", config(more))
                                .statusCode()
                        == 200);
    }

    private static void awaitReady() {
        await().ignoreExceptions()
                .atMost(Duration.ofSeconds(30))
                .until(() -> HTTP.send(
                                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .statusCode()
                        == 200);
    }

    private static String config(Map<String, String> more) {
        ObjectNode config = JSON.createObjectNode()
                .put("name", "web-http")
                .put("connector.class", "io.millrace.connect.http.HttpSourceConnector")
                .put("tasks.max", "2")
                .put("exactly.once.support", "required")
                .put("port", String.valueOf(port))
                .put("max.request.bytes", "50000")
                .put("max.request.records", "100")
                .put("max.in.flight.bytes", "200000")
                .put("request.timeout.ms", "2000");
        more.forEach(config::put);
        return config.toString();
    }

    private static String event(String id) {
        return "{\"event_id\":\"" + id + "\",\"user_id\":\"u1\",\"page\":\"/\"}";
    }

    private static List<String> ids(List<ConsumerRecord<String, String>> records) {
        return records.stream()
                .map(record -> LocalKafka.header(record, "event_id"))
                .toList();
    }

    private static HttpResponse<String> post(String body) throws IOException, InterruptedException {
        return HTTP.send(request(body), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/events"))
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }
}
