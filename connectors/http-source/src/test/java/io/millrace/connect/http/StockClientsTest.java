package io.millrace.connect.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.segment.analytics.Analytics;
import com.segment.analytics.messages.TrackMessage;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.message.MessageWriter;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.jackson.JsonFormat;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients as others publish them, unchanged. */
@Timeout(120)
class StockClientsTest {
    private StandInWorker worker;

    @AfterEach
    void close() throws InterruptedException {
        worker.close();
    }

    @Test
    void theCloudEventsSdkInItsBinaryMode() throws Exception {
        start();
        Sent sent = new Sent();
        writer(sent).writeBinary(event("c1"));
        assertThat(sent.answers).containsExactly("{\"accepted\":1}");
        Struct value = (Struct) record().value();
        assertThat(value.getString("event_id")).isEqualTo("c1");
        assertThat(value.get("event_time"))
                .isEqualTo(
                        Date.from(OffsetDateTime.parse("2026-01-01T10:00:00Z").toInstant()));
        assertThat(value.getString("user_id")).isEqualTo("u1");
        assertThat(record().headers()).extracting(Header::key).contains("ce_id", "ce_source", "ce_type", "ce_subject");
    }

    @Test
    void theCloudEventsSdkInItsStructuredMode() throws Exception {
        start();
        Sent sent = new Sent();
        writer(sent).writeStructured(event("c2"), new JsonFormat());
        assertThat(sent.answers).containsExactly("{\"accepted\":1}");
        assertThat(((Struct) record().value()).getString("event_id")).isEqualTo("c2");
        assertThat(record().headers().lastWithName("ce_subject").value()).isEqualTo("u1");
    }

    @Test
    void cloudEventsInABatch() throws Exception {
        start();
        JsonFormat json = new JsonFormat();
        String batch = "[" + new String(json.serialize(event("b1")), StandardCharsets.UTF_8) + ","
                + new String(json.serialize(event("b2")), StandardCharsets.UTF_8) + "]";
        assertThat(Client.post(worker.url() + "/v1/events", batch, "Content-Type", "application/cloudevents-batch+json")
                        .body())
                .isEqualTo("{\"accepted\":2}");
        HttpResponse<String> without = Client.post(
                worker.url() + "/v1/events",
                "[{\"specversion\":\"1.0\",\"id\":\"x\",\"type\":\"t\",\"data\":{}}]",
                "Content-Type",
                "application/cloudevents-batch+json");
        assertThat(without.statusCode()).isEqualTo(400);
        assertThat(without.body()).contains("\"field\":\"source\"", "a CloudEvent must have it");
    }

    @Test
    void theTypeOfACloudEventNamesItsKindWhenThatIsTaken(@TempDir Path folder) throws Exception {
        ContractsOnDisk contracts = new ContractsOnDisk(folder.resolve("contracts"))
                .kind(
                        "web.clicks",
                        "page",
                        ContractsOnDisk.record("Click", ContractsOnDisk.field("page", "\"string\"")))
                .kind("web.taps", "page", ContractsOnDisk.record("Tap", ContractsOnDisk.field("page", "\"string\"")));
        start("topic", "web.clicks", "contracts.path", contracts.folder().toString());
        for (String type : List.of("web.taps", "com.example.other")) {
            Client.post(
                    worker.url() + "/v1/events",
                    "{\"page\":\"/\"}",
                    "Content-Type",
                    "application/json",
                    "ce-specversion",
                    "1.0",
                    "ce-id",
                    type,
                    "ce-source",
                    "/test",
                    "ce-type",
                    type);
        }
        assertThat(worker.fetched).extracting(SourceRecord::topic).containsExactly("web.taps", "web.clicks");
    }

    @Test
    void segmentsClientForJava() throws Exception {
        start("auth.write.keys", "shop=key-of-shop");
        List<String> failures = new ArrayList<>();
        Analytics analytics = Analytics.builder("key-of-shop")
                .endpoint(worker.url())
                .flushInterval(1_000, java.util.concurrent.TimeUnit.MILLISECONDS)
                .callback(new com.segment.analytics.Callback() {
                    @Override
                    public void success(com.segment.analytics.messages.Message message) {}

                    @Override
                    public void failure(com.segment.analytics.messages.Message message, Throwable cause) {
                        failures.add(String.valueOf(cause));
                    }
                })
                .build();
        for (int i = 0; i < 3; i++) {
            analytics.enqueue(TrackMessage.builder("purchase")
                    .userId("u" + i)
                    .messageId("m" + i)
                    .properties(Map.of("page", "/cart", "status", 200, "colour", "red")));
        }
        analytics.flush();
        await().atMost(Duration.ofSeconds(60)).until(() -> worker.fetched.size() == 3 || !failures.isEmpty());
        analytics.shutdown();
        assertThat(failures).isEmpty();
        Struct value = (Struct) worker.fetched.get(0).value();
        assertThat(value.getString("event_type")).isEqualTo("purchase");
        assertThat(value.getString("page")).isEqualTo("/cart");
        assertThat(value.get("status")).isEqualTo(200);
        assertThat(worker.fetched)
                .extracting(one -> ((Struct) one.value()).getString("event_id"))
                .containsExactlyInAnyOrder("m0", "m1", "m2");
    }

    /** The bodies and headers are those of analytics.js 2, which sends text to spare browsers a question. */
    @Test
    void whatSegmentsClientForBrowsersSends() throws Exception {
        start("auth.write.keys", "shop=key-of-shop", "cors.origins", "https://shop.example");
        String call =
                """
                {"timestamp":"2026-01-01T10:00:00.000Z","type":"page","properties":{"path":"/p","url":"https://shop.example/p",
                 "referrer":"https://a.example/","title":"T","search":""},"context":{"page":{"path":"/p"},"locale":"de",
                 "userAgent":"Mozilla/5.0","library":{"name":"analytics.js"}},"integrations":{},"userId":null,
                 "anonymousId":"anon-1","messageId":"ajs-next-1","sentAt":"2026-01-01T10:00:00.100Z","_metadata":{},
                 "writeKey":"key-of-shop"}""";
        HttpResponse<String> one = Client.post(
                worker.url() + "/v1/p", call, "Content-Type", "text/plain", "Origin", "https://shop.example");
        assertThat(one.body()).isEqualTo("{\"success\":true}");
        assertThat(one.headers().firstValue("access-control-allow-origin")).contains("https://shop.example");
        Struct value = (Struct) record().value();
        assertThat(value.getString("event_id")).isEqualTo("ajs-next-1");
        assertThat(value.getString("user_id")).isEqualTo("anon-1");
        assertThat(value.getString("page")).isEqualTo("/p");
        assertThat(value.getString("referrer")).isEqualTo("https://a.example/");
        assertThat(value.getString("user_agent")).isEqualTo("Mozilla/5.0");
        String batch = "{\"batch\":[" + call.replace("ajs-next-1", "ajs-next-2") + "],\"sentAt\":\"x\",\"writeKey\":\"";
        assertThat(Client.post(worker.url() + "/v1/b", batch + "key-of-shop\"}", "Content-Type", "text/plain")
                        .body())
                .isEqualTo("{\"success\":true}");
        assertThat(Client.post(worker.url() + "/v1/b", batch + "wrong\"}", "Content-Type", "text/plain")
                        .statusCode())
                .isEqualTo(401);
        assertThat(worker.fetched).hasSize(2);
    }

    @Test
    void theTrackingApiAsItsReferenceHasIt() throws Exception {
        start("auth.write.keys", "key-of-shop");
        String basic = "Basic " + Base64.getEncoder().encodeToString("key-of-shop:".getBytes(StandardCharsets.UTF_8));
        for (String call : List.of("track", "page", "identify", "screen", "group", "alias")) {
            HttpResponse<String> answer = Client.post(
                    worker.url() + "/v1/" + call,
                    "{\"userId\":\"u1\",\"event\":\"search\",\"properties\":{\"page\":\"/\"},\"traits\":{\"page\":\"/\"}}",
                    "Authorization",
                    basic);
            assertThat(answer.body()).as(call).isEqualTo("{\"success\":true}");
        }
        assertThat(Client.post(worker.url() + "/v1/track", "{\"userId\":\"u\"}", "Authorization", basic)
                        .body())
                .contains("\"field\":\"page\"", "is missing");
        assertThat(worker.fetched).hasSize(6);
    }

    @Test
    void plainCurl(@TempDir Path folder) throws Exception {
        start();
        Path file = Files.writeString(
                folder.resolve("events.ndjson"),
                "{\"user_id\":\"u\",\"page\":\"/1\"}\n{\"user_id\":\"u\",\"page\":\"/2\"}\n");
        assertThat(curl("-d", "{\"user_id\":\"u1\",\"page\":\"/\"}", worker.url() + "/v1/events"))
                .isEqualTo("{\"accepted\":1}");
        assertThat(curl("--json", "[]", worker.url() + "/v1/events")).isEqualTo("{\"accepted\":0}");
        assertThat(curl("--data-binary", "@" + file, worker.url() + "/v1/events"))
                .isEqualTo("{\"accepted\":2}");
        assertThat(curl(
                        "-w",
                        "%{content_type}",
                        "-o",
                        "/dev/null",
                        worker.url() + "/v1/pixel.gif?user_id=u&page=/&status=200"))
                .isEqualTo("image/gif");
        assertThat(worker.fetched).hasSize(4);
        assertThat(((Struct) worker.fetched.get(3).value()).get("status")).isEqualTo(200);
    }

    private static String curl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "30"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static CloudEvent event(String id) {
        return CloudEventBuilder.v1()
                .withId(id)
                .withSource(URI.create("/shop"))
                .withType("com.example.page_view")
                .withSubject("u1")
                .withTime(OffsetDateTime.parse("2026-01-01T10:00:00Z"))
                .withExtension("userid", "u1")
                .withData("application/json", "{\"page\":\"/ä\"}".getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private static final class Sent {
        private final List<String> answers = new ArrayList<>();
        private final List<String> headers = new ArrayList<>();
    }

    private MessageWriter<?, ?> writer(Sent sent) {
        return HttpMessageFactory.createWriter(
                (name, value) -> {
                    sent.headers.add(name);
                    sent.headers.add(value);
                },
                body -> {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    bytes.writeBytes(body == null ? new byte[0] : body);
                    try {
                        sent.answers.add(Client.post(
                                        worker.url() + "/v1/events",
                                        bytes.toByteArray(),
                                        sent.headers.toArray(String[]::new))
                                .body());
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private SourceRecord record() {
        return worker.fetched.get(0);
    }

    private void start(String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("port", "0"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        worker = new StandInWorker(StandInWorker.Mode.STORES, all);
    }
}
