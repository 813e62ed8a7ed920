package io.millrace.local.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the client sends and how it takes answers, with a stand-in that answers as Kibana documents it. It proves nothing
 * about a Kibana: none can be had here.
 */
class KibanaClientTest {
    private final List<String> asked = new ArrayList<>();
    private HttpServer standIn;
    private int status = 200;
    private String answer = "";

    @BeforeEach
    void start() throws IOException {
        standIn = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        standIn.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            asked.add(String.valueOf(exchange.getRequestHeaders().getFirst("kbn-xsrf")));
            asked.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            asked.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        standIn.start();
    }

    @AfterEach
    void stop() {
        standIn.stop(0);
    }

    private KibanaClient client() {
        return new KibanaClient(
                "http://127.0.0.1:" + standIn.getAddress().getPort() + "/s/shop/", Optional.of("ApiKey abc"));
    }

    @Test
    void anImportIsOneFileOverWhatIsThere() throws Exception {
        answer = "{\"success\":true,\"successCount\":2}";
        KibanaClient.Imported imported = client().importAll("{\"id\":\"a\"}\n{\"id\":\"b\"}\n");
        assertThat(imported.count()).isEqualTo(2);
        assertThat(imported.errors()).isEmpty();
        assertThat(asked.get(0)).isEqualTo("POST /s/shop/api/saved_objects/_import?overwrite=true");
        assertThat(asked.get(1)).isEqualTo("true");
        assertThat(asked.get(2)).isEqualTo("ApiKey abc");
        assertThat(asked.get(3))
                .contains("name=\"file\"; filename=\"millrace.ndjson\"", "{\"id\":\"a\"}\n{\"id\":\"b\"}");
    }

    @Test
    void whatIsNotImportedIsTold() throws Exception {
        answer = "{\"success\":false,\"successCount\":1,\"errors\":[{\"id\":\"a\",\"type\":\"dashboard\","
                + "\"error\":{\"type\":\"missing_references\"}}]}";
        assertThat(client().importAll("{}").errors()).containsExactly("dashboard a: missing_references");
    }

    @Test
    void anExportLeavesOutTheLineThatCounts() throws Exception {
        answer = "{\"id\":\"a\",\"type\":\"dashboard\"}\n{\"exportedCount\":1,\"missingRefCount\":0}\n";
        assertThat(client().export(List.of("a"))).hasSize(1);
        assertThat(asked.get(3)).contains("\"includeReferencesDeep\":true", "\"id\":\"a\"");
    }

    @Test
    void aRefusalIsToldWithItsReason() {
        status = 401;
        answer = "{\"statusCode\":401,\"message\":\"missing authentication credentials\"}";
        assertThatThrownBy(() -> client().importAll("{}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("answered 401: missing authentication credentials");
    }

    @Test
    void aKibanaThatIsAwayIsTold() {
        KibanaClient nobody = new KibanaClient("http://127.0.0.1:1", Optional.empty());
        assertThatThrownBy(() -> nobody.export(List.of("a"))).hasMessageContaining("does not answer");
    }
}
