package io.millrace.local.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.StackAddress;
import io.millrace.local.security.Access;
import io.millrace.local.security.PageSecurity;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page's API, without a browser. */
@ExtendWith(WithStores.class)
class PageServerIT {
    private static final String COUNT = "{\"size\":0,\"track_total_hits\":true}";
    private static Stores stores;

    private final HttpClient client = HttpClient.newHttpClient();
    private PageServer server;

    @BeforeAll
    static void take(Stores running) {
        stores = running;
        new Seed(running).fill();
    }

    @BeforeEach
    void start() throws IOException {
        server = PageServer.start(Access.open(stores.address()), PageSecurity.NONE);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aSearchOfAServedIndexIsAnswered() throws Exception {
        HttpResponse<String> answer = search("serving.sessions", COUNT);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue(SearchProxy.STATE)).hasValue("ok");
        assertThat(Answers.JSON.readTree(answer.body()).at("/hits/total/value").asLong())
                .isEqualTo(Seed.SESSIONS);
    }

    @Test
    void anIndexThatIsNotThereYetIsAnEmptyObject() throws Exception {
        HttpResponse<String> answer = search("serving.not_yet", COUNT);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{}");
        assertThat(answer.headers().firstValue(SearchProxy.STATE)).hasValue("missing");
    }

    @Test
    void anyOtherIndexOrCommandIsRefused() throws Exception {
        assertThat(search(".security", COUNT).statusCode()).isEqualTo(403);
        assertThat(search("serving.sessions,.security", COUNT).statusCode()).isEqualTo(403);
        assertThat(post("/api/es/serving.sessions/_delete_by_query", COUNT).statusCode())
                .isEqualTo(403);
        assertThat(search("serving.sessions", "{\"size\":5000}").statusCode()).isEqualTo(400);
        assertThat(search("serving.sessions", "nonsense").statusCode()).isEqualTo(400);
        assertThat(get("/api/es/serving.sessions/_search").statusCode()).isEqualTo(405);
    }

    @Test
    void aSearchThatElasticsearchRefusesSaysWhy() throws Exception {
        HttpResponse<String> answer = search("serving.sessions", "{\"size\":0,\"query\":{\"nonsense\":{}}}");

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("Elasticsearch answered 400", "nonsense");
    }

    @Test
    void theHeadlineNumbersSayWhereTheyComeFrom() throws Exception {
        JsonNode numbers = Answers.JSON.readTree(get("/api/now").body()).path("numbers");

        assertThat(numbers.at("/live_sessions/value").asLong()).isEqualTo(Seed.LIVE_SESSIONS);
        assertThat(numbers.at("/active_users/value").asLong()).isEqualTo(Seed.NEWEST_USERS);
        assertThat(numbers.at("/active_users/minute").asText()).isEqualTo(Seed.NEWEST.toString());
        assertThat(numbers.at("/requests/value").asLong()).isEqualTo(5);
        assertThat(numbers.at("/orders/value").asLong()).isEqualTo(Seed.ORDERS);
        assertThat(numbers.at("/newest_document_seconds/value").asDouble()).isEqualTo(Seed.FRESHNESS_SECONDS);
        assertThat(numbers.at("/ledger_seconds/value").asDouble()).isEqualTo(2.0);
        assertThat(numbers)
                .allSatisfy(number -> assertThat(number.path("from").asText()).startsWith("Redis, "));
    }

    @Test
    void aSitesHeadlineNumbersAreItsOwn() throws Exception {
        JsonNode numbers =
                Answers.JSON.readTree(get("/api/now?site=" + Seed.BLOG).body()).path("numbers");

        assertThat(numbers.at("/active_users/value").asLong()).isEqualTo(4);
        assertThat(numbers.has("live_sessions")).isFalse();
    }

    @Test
    void aNameThatIsNotThisMachineIsNotAnswered() throws Exception {
        // As a foreign page would ask after it has pointed its own name here.
        try (Socket socket = new Socket(StackAddress.HOST, stores.address().page())) {
            socket.getOutputStream()
                    .write("GET /api/now HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            try (InputStream in = socket.getInputStream()) {
                assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 421");
            }
        }
    }

    @Test
    void noPathLeavesTheFolder() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(200);
        assertThat(get("/..%2f..%2fsimplelogger.properties").statusCode()).isEqualTo(404);
        assertThat(get("/io/millrace/local/Millrace.class").statusCode()).isEqualTo(404);
        assertThat(get("/lib/vega.js").headers().firstValue("Content-Type")).hasValue("text/javascript; charset=utf-8");
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        assertThatThrownBy(() -> PageServer.start(Access.open(stores.address()), PageSecurity.NONE))
                .hasMessageContaining("the page cannot listen on " + server.url())
                .hasMessageContaining("--port-base");
    }

    private HttpResponse<String> search(String index, String body) throws Exception {
        return post("/api/es/" + index + "/_search", body);
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url() + path)).build(), BodyHandlers.ofString());
    }
}
