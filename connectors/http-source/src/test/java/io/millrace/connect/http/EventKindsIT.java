package io.millrace.connect.http;

import static io.millrace.connect.http.ContractsOnDisk.field;
import static io.millrace.connect.http.ContractsOnDisk.optional;
import static io.millrace.connect.http.ContractsOnDisk.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several event kinds through a real worker with exactly-once support, the real Avro converter and a real registry. */
@Timeout(120)
class EventKindsIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String STRINGS = "{\"type\":\"array\",\"items\":\"string\"}";

    private static LocalKafka kafka;
    private static LocalRegistry registry;
    private static ContractsOnDisk contracts;
    private static ContractsOnDisk drafts;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        port = Ports.free();
        Path folder =
                Path.of("target", "it", "event-kinds-" + System.nanoTime()).toAbsolutePath();
        contracts = new ContractsOnDisk(folder.resolve("live"));
        drafts = new ContractsOnDisk(folder.resolve("drafts/contracts"));
        CompletableFuture<LocalRegistry> starting = CompletableFuture.supplyAsync(() -> startRegistry(folder));
        kafka = new LocalKafka(folder);
        kafka.startBroker();
        registry = starting.get();
        publish("web.clicks", "page", record("Click", field("page", "\"string\""), field("n", "\"int\"")));
        publish("web.searches", "none", record("Search", field("event_id", "\"string\""), field("words", STRINGS)));
        contracts.contract("serving.clicks", "page", "spark", record("Count", field("page", "\"string\"")));
        kafka.startWorker();
        assertThat(kafka.rest("PUT", "/connectors/web-http/config", config()).statusCode())
                .isEqualTo(201);
        await().ignoreExceptions()
                .atMost(Duration.ofSeconds(30))
                .until(() -> get("/readyz").statusCode() == 200);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (kafka != null) {
            kafka.close();
        }
        if (registry != null) {
            registry.close();
        }
    }

    @Test
    void twoKindsAtOnceEachArriveWholeInTheirTopics() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            answers.add(send("/v1/events/web.clicks", "{\"page\":\"/a\",\"n\":" + i + "}"));
            answers.add(send(
                    "/v1/events/web.searches",
                    ("[{\"event_id\":\"s" + i + "\",\"words\":[\"a\",\"b\"]},{\"event_id\":\"t" + i
                            + "\",\"words\":[]}]")));
        }
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get().statusCode()).as(answer.get().body()).isEqualTo(200);
        }
        Schema click = contract("web.clicks").requireValue();
        await().untilAsserted(() -> assertThat(read("web.clicks", click))
                .extracting(one -> one.get("n"))
                .hasSizeGreaterThanOrEqualTo(60)
                .contains(0, 30, 59));
        await().untilAsserted(() ->
                assertThat(kafka.read("web.searches")).hasSize(120).allMatch(one -> one.key() == null));
        assertThat(kafka.read("web.searches"))
                .extracting(one -> LocalKafka.header(one, "event_id"))
                .contains("s0", "t0", "s59", "t59")
                .doesNotHaveDuplicates();
        assertThat(kafka.read("web.clicks")).allMatch(one -> one.key().equals("/a"));
    }

    @Test
    void everyTypeOfAContractIsReadByItAndTheRegistryTakesTheSchema() throws Exception {
        publish("all.types", "colour|day", Contracts.EVERY_AVRO_TYPE);
        awaitKind("all.types");
        HttpResponse<String> answer = post("/v1/events/all.types", Contracts.EVERY_AVRO_TYPE_EVENT);
        assertThat(answer.body()).isEqualTo("{\"accepted\":1}");
        Schema contract = contract("all.types").requireValue();
        await().untilAsserted(() -> assertThat(read("all.types", contract)).hasSize(1));
        assertThat(JSON.readTree(read("all.types", contract).get(0).toString()))
                .isEqualTo(JSON.readTree(Contracts.EVERY_AVRO_TYPE_STORED));
        assertThat(kafka.read("all.types").get(0).key()).isEqualTo("BLUE|2015-05-17");
        assertThat(registry.versions("all.types-value"))
                .as("the contract's schema and the converter's, both under BACKWARD")
                .containsExactly(1, 2);
    }

    @Test
    void aContractThatIsAddedWhileTheConnectorRunsIsTaken() throws Exception {
        assertThat(post("/v1/events/shop.returns", "{\"sku\":\"a\"}").statusCode())
                .isEqualTo(404);
        publish("shop.returns", "sku", record("Return", field("sku", "\"string\"")));
        awaitKind("shop.returns");
        assertThat(post("/v1/events/shop.returns", "{\"sku\":\"a\"}").statusCode())
                .isEqualTo(200);
        await().untilAsserted(() -> assertThat(kafka.read("shop.returns")).hasSize(1));
    }

    @Test
    void aFieldThatIsAddedWhileTheConnectorRunsIsTakenAndOldRecordsStayReadable() throws Exception {
        publish("shop.visits", "none", record("Visit", field("shop", "\"string\"")));
        awaitKind("shop.visits");
        assertThat(post("/v1/events/shop.visits", "{\"shop\":\"a\"}").statusCode())
                .isEqualTo(200);
        publish(
                "shop.visits",
                "none",
                record(
                        "Visit",
                        field("shop", "\"string\""),
                        optional("mood", "{\"type\":\"enum\",\"name\":\"Mood\",\"symbols\":[\"GOOD\",\"BAD\"]}")));
        String event = "{\"shop\":\"b\",\"mood\":\"GOOD\"}";
        await().atMost(Duration.ofSeconds(2)).untilAsserted(() -> assertThat(
                        post("/v1/events/shop.visits", event).statusCode())
                .isEqualTo(200));
        Schema contract = contract("shop.visits").requireValue();
        await().untilAsserted(() -> assertThat(read("shop.visits", contract))
                .extracting(GenericRecord::toString)
                .containsExactlyInAnyOrder(
                        "{\"shop\": \"a\", \"mood\": null}", "{\"shop\": \"b\", \"mood\": \"GOOD\"}"));
    }

    @Test
    void whatIsNoEventKindIsNotFound() throws Exception {
        HttpResponse<String> unknown = post("/v1/events/web.click", "{}");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("there is no event kind web.click; did you mean web.clicks?");
        HttpResponse<String> serving = post("/v1/events/serving.clicks", "{\"page\":\"/\"}");
        assertThat(serving.statusCode()).isEqualTo(404);
        assertThat(serving.body()).contains("serving.clicks is no event kind: its records are written by spark");
    }

    /** In the order of the control tool: topic, subject, contract. */
    private static void publish(String topic, String key, String avro) throws Exception {
        drafts.kind(topic, key, avro);
        if (registry.versions(topic + "-value").isEmpty()) {
            kafka.createTopic(topic);
        }
        registry.register(Catalogue.read(drafts.folder()).require(topic));
        contracts.kind(topic, key, avro);
    }

    private static Contract contract(String topic) {
        return Catalogue.read(contracts.folder()).require(topic);
    }

    private static void awaitKind(String topic) {
        await().atMost(Duration.ofSeconds(2))
                .untilAsserted(() ->
                        assertThat(get("/v1/events/" + topic).statusCode()).isEqualTo(200));
    }

    private static List<GenericRecord> read(String topic, Schema reader) throws IOException {
        List<GenericRecord> records = new ArrayList<>();
        for (var record : kafka.read(topic, new ByteArrayDeserializer())) {
            ByteBuffer wire = ByteBuffer.wrap(record.value());
            assertThat(wire.get()).isZero();
            Schema writer = registry.schema(wire.getInt());
            records.add(new GenericDatumReader<GenericRecord>(writer, reader)
                    .read(null, DecoderFactory.get().binaryDecoder(record.value(), 5, wire.remaining(), null)));
        }
        return records;
    }

    private static String config() {
        ObjectNode config = JSON.createObjectNode()
                .put("name", "web-http")
                .put("connector.class", "io.millrace.connect.http.HttpSourceConnector")
                .put("tasks.max", "1")
                .put("exactly.once.support", "required")
                .put("port", String.valueOf(port))
                .put("topic", "web.clicks")
                .put("contracts.path", contracts.folder().toString())
                .put("value.converter", "io.apicurio.registry.utils.converter.AvroConverter")
                .put("value.converter.apicurio.registry.url", registry.url("/apis/registry/v2"))
                .put("value.converter.apicurio.registry.auto-register", "true")
                .put("value.converter.apicurio.registry.as-confluent", "true")
                .put("value.converter.apicurio.registry.use-id", "contentId")
                .put("value.converter.apicurio.registry.headers.enabled", "false")
                .put("value.converter.apicurio.registry.find-latest", "false")
                .put("value.converter.enhanced.avro.schema.support", "true");
        return config.toString();
    }

    private static LocalRegistry startRegistry(Path folder) {
        try {
            return new LocalRegistry(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return send(path, body).get();
    }

    private static CompletableFuture<HttpResponse<String>> send(String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }
}
