package io.millrace.connect.http;

import static io.millrace.connect.http.ContractsOnDisk.field;
import static io.millrace.connect.http.ContractsOnDisk.optional;
import static io.millrace.connect.http.ContractsOnDisk.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The paths of the event kinds, and contracts that change under a running collector. */
@Timeout(20)
class CollectorKindsTest {
    private static final Duration LIVE = Duration.ofSeconds(2);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private Path temporary;

    private ContractsOnDisk contracts;
    private StandInWorker worker;

    @BeforeEach
    void start() throws IOException {
        contracts = new ContractsOnDisk(temporary.resolve("contracts"))
                .kind("web.clicks", "page|n", record("Click", field("page", "\"string\""), field("n", "\"long\"")))
                .contract("serving.clicks", "page", "spark", record("Count", field("page", "\"string\"")));
        Map<String, String> settings = new HashMap<>(Map.of(
                "port",
                "0",
                "topic",
                "web.clicks",
                "contracts.path",
                contracts.folder().toString()));
        worker = new StandInWorker(StandInWorker.Mode.STORES, settings);
    }

    @AfterEach
    void close() throws InterruptedException {
        worker.close();
    }

    @Test
    void aKindIsTakenAtItsOwnPathAndAtTheConnectorsOwn() throws Exception {
        assertThat(post("/v1/events/web.clicks", "{\"page\":\"/a\",\"n\":1}").body())
                .isEqualTo("{\"accepted\":1}");
        assertThat(post("/v1/events?x=1", "{\"page\":\"/a\",\"n\":2}").body()).isEqualTo("{\"accepted\":1}");
        assertThat(worker.fetched).extracting(SourceRecord::topic).containsOnly("web.clicks");
        assertThat(worker.fetched).extracting(SourceRecord::key).containsExactly("/a|1", "/a|2");
        assertThat(worker.fetched).allMatch(one -> one.headers().isEmpty());
    }

    @Test
    void otherPathsAreNotFound() throws Exception {
        assertThat(post("/v1/events/web.click", "{}").body()).contains("did you mean web.clicks?");
        assertThat(post("/v1/events/web.click", "{}").statusCode()).isEqualTo(404);
        assertThat(post("/v1/events/serving.clicks", "{}").statusCode()).isEqualTo(404);
        assertThat(post("/v1/events/", "{}").statusCode()).isEqualTo(404);
        assertThat(post("/v1/eventsx", "{}").statusCode()).isEqualTo(404);
        assertThat(get("/v1/events/serving.clicks").statusCode()).isEqualTo(404);
    }

    @Test
    void theKindsAreListedWithTheirFields() throws Exception {
        JsonNode all = new ObjectMapper().readTree(get("/v1/events").body());
        assertThat(all.path("topic").asText()).isEqualTo("web.clicks");
        assertThat(all.path("kinds")).hasSize(1);
        JsonNode kind = all.path("kinds").get(0);
        assertThat(kind)
                .isEqualTo(
                        new ObjectMapper().readTree(get("/v1/events/web.clicks").body()));
        assertThat(kind.path("path").asText()).isEqualTo("/v1/events/web.clicks");
        assertThat(kind.path("key").asText()).isEqualTo("page|n");
        assertThat(kind.path("fields").get(1).toString())
                .isEqualTo("{\"name\":\"n\",\"type\":\"long\",\"required\":true}");
    }

    @Test
    void aContractThatIsAddedIsLiveWithoutARestart() throws Exception {
        contracts.kind(
                "shop.returns",
                "none",
                record(
                        "Return",
                        field("event_id", "\"string\""),
                        field(
                                "items",
                                "{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Item\",\"fields\":["
                                        + field(
                                                "price",
                                                "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}")
                                        + "]}}")));
        await().atMost(LIVE)
                .untilAsserted(() ->
                        assertThat(get("/v1/events/shop.returns").statusCode()).isEqualTo(200));
        assertThat(post("/v1/events/shop.returns", "{\"event_id\":\"r1\",\"items\":[{\"price\":1},{\"price\":1.001}]}")
                        .body())
                .contains("\"field\":\"items[1].price\"");
        assertThat(post("/v1/events/shop.returns", "{\"event_id\":\"r1\",\"items\":[{\"price\":1.5}]}")
                        .body())
                .isEqualTo("{\"accepted\":1}");
        SourceRecord record = worker.fetched.get(0);
        assertThat(record.topic()).isEqualTo("shop.returns");
        assertThat(record.key()).isNull();
        assertThat(record.headers())
                .extracting(Header::key, Header::value)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("event_id", "r1"));
    }

    @Test
    void aFieldThatIsAddedIsLiveWithoutARestart() throws Exception {
        String event = "{\"page\":\"/a\",\"n\":1,\"colour\":\"red\"}";
        assertThat(post("/v1/events", event).statusCode()).isEqualTo(400);
        contracts.kind(
                "web.clicks",
                "page|n",
                record("Click", field("page", "\"string\""), field("n", "\"long\""), optional("colour", "\"string\"")));
        await().atMost(LIVE)
                .untilAsserted(
                        () -> assertThat(post("/v1/events", event).statusCode()).isEqualTo(200));
    }

    @Test
    void aFolderThatIsBrokenLeavesTheLastContractsInUseAndIsTold() throws Exception {
        Path yaml = contracts.folder().resolve("web.clicks/contract.yaml");
        String good = Files.readString(yaml);
        Files.writeString(yaml, "nonsense: [");
        await().atMost(LIVE).untilAsserted(() -> assertThat(get("/healthz").body())
                .contains(
                        "\"status\":\"up\"",
                        "\"warning\":\"the contracts cannot be read, the last good ones stay in use")
                .contains("web.clicks/contract.yaml"));
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        assertThat(post("/v1/events", "{\"page\":\"/a\",\"n\":1}").statusCode()).isEqualTo(200);
        Files.writeString(yaml, good);
        await().atMost(LIVE)
                .untilAsserted(() -> assertThat(get("/healthz").body()).isEqualTo("{\"status\":\"up\"}"));
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(worker.url() + path))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(worker.url() + path)).build(), HttpResponse.BodyHandlers.ofString());
    }
}
