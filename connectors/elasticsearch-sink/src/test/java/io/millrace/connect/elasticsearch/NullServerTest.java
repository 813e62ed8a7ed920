package io.millrace.connect.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Other connectors send other requests than ours, and all of them have to be counted. */
class NullServerTest {

    private static final String TWO = "{\"index\":{\"_index\":\"bench\",\"_id\":\"1\"}}\n{\"n\":1}\n"
            + "{\"index\":{\"_index\":\"bench\",\"_id\":\"2\"}}\n{\"n\":2}\n";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private NullServer server;

    @BeforeEach
    void start() throws IOException {
        server = new NullServer();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void everyDocumentIsCountedAndHasAnItemInTheAnswer() throws Exception {
        assertThat(items(post("/_bulk", BodyPublishers.ofString(TWO)))).hasSize(2);
        assertThat(items(post("/bench/_bulk?filter_path=errors,items.*.status", BodyPublishers.ofString(TWO))))
                .hasSize(2);
        assertThat(server.documents()).isEqualTo(4);
        server.clear();
        assertThat(server.documents()).isZero();
    }

    @Test
    void aBodyInChunksOrCompressedOrAnnouncedIsCountedToo() throws Exception {
        byte[] bytes = TWO.getBytes(StandardCharsets.UTF_8);
        post("/_bulk", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)));
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(bytes);
        }
        send(request("/_bulk")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(zipped.toByteArray())));
        send(request("/_bulk")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(zipped.toByteArray()))));
        send(request("/_bulk").expectContinue(true).POST(BodyPublishers.ofString(TWO)));
        assertThat(server.documents()).isEqualTo(8);
    }

    @Test
    void theLedgerIsNotCounted() throws Exception {
        post("/_bulk", BodyPublishers.ofString(TWO.replace("bench", ElasticsearchLedger.INDEX)));
        assertThat(server.documents()).isZero();
    }

    @Test
    void aClientThatAsksWhoIsThereIsToldAServerThatItKnows() throws Exception {
        HttpResponse<byte[]> answer = send(request("/").GET());
        assertThat(answer.headers().firstValue("X-elastic-product")).contains("Elasticsearch");
        assertThat(Json.path(Json.object(answer.body()), "version").get("number"))
                .asString()
                .startsWith("8.");
        assertThat(send(request("/bench/_doc/1").GET()).statusCode()).isEqualTo(404);
        assertThat(send(request("/bench").method("HEAD", BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(200);
    }

    private static List<?> items(HttpResponse<byte[]> answer) {
        Map<String, Object> body = Json.object(answer.body());
        assertThat(body).containsEntry("errors", false);
        return (List<?>) body.get("items");
    }

    private HttpResponse<byte[]> post(String path, BodyPublisher body) throws Exception {
        return send(request(path).POST(body));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path)).header("Content-Type", "application/x-ndjson");
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}
