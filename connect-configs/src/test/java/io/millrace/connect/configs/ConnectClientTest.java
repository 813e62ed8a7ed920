package io.millrace.connect.configs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against answers that a real worker gives only at unlucky moments; the stack's tests use a real one. */
class ConnectClientTest {
    private static final Map<String, String> CONFIG = Map.of("connector.class", "a.B", "topics", "t");
    private static final String REBALANCE = "409 {\"error_code\":409,\"message\":\"rebalancing\"}";

    private final Map<String, Queue<String>> answers = Collections.synchronizedMap(new HashMap<>());
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private ConnectClient client;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        client = new ConnectClient("http://127.0.0.1:" + server.getAddress().getPort(), Duration.ofSeconds(10));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aRebalanceIsWaitedFor() {
        given("GET /connectors/c/config", REBALANCE, "404 {}");
        given("PUT /connectors/c/config", REBALANCE, REBALANCE, "201 {}");
        assertThat(client.putIfDifferent("c", CONFIG)).isTrue();
        assertThat(requests).filteredOn(request -> request.startsWith("PUT")).hasSize(3);
    }

    @Test
    void aRebalanceThatArrivesAsAnInternalErrorIsWaitedForToo() {
        given(
                "GET /connectors/c/config",
                "500 {\"error_code\":500,\"message\":\"Request cannot be completed because a rebalance is expected\"}",
                "200 {\"topics\":\"t\",\"connector.class\":\"a.B\",\"name\":\"c\"}");
        assertThat(client.putIfDifferent("c", CONFIG)).isFalse();
        assertThat(requests).hasSize(2);
    }

    @Test
    void anyOtherInternalErrorIsNotAskedAgain() {
        given("GET /connectors/c/config", "500 {\"error_code\":500,\"message\":\"boom\"}");
        assertThatThrownBy(() -> client.putIfDifferent("c", CONFIG)).hasMessageContaining("boom");
        assertThat(requests).hasSize(1);
    }

    @Test
    void whatTheWorkerHasAlreadyIsNotSentAgain() {
        given("GET /connectors/c/config", "200 {\"topics\":\"t\",\"connector.class\":\"a.B\",\"name\":\"c\"}");
        assertThat(client.putIfDifferent("c", CONFIG)).isFalse();
        assertThat(requests).containsExactly("GET /connectors/c/config");
    }

    @Test
    void aWorkerThatIsNotThereIsToldFromAHostThatIsNot() {
        server.stop(0);
        assertThatThrownBy(client::connectors).hasMessageContaining("the connection was refused; is it running");
        ConnectClient nowhere = new ConnectClient("http://no-such-host.invalid:8083", Duration.ZERO);
        assertThatThrownBy(nowhere::connectors).hasMessageContaining("no such host");
    }

    @Test
    void whatIsNoConnectWorkerIsCalledThat() {
        given("GET /connectors", "200 <html>hello</html>");
        assertThatThrownBy(client::connectors).hasMessageContaining("is not a Connect worker");
        given("GET /", "200 {\"name\":\"something else\"}");
        assertThatThrownBy(client::worker).hasMessageContaining("is not a Connect worker");
        given("GET /connectors/c/config", "404 <html>no such page</html>");
        assertThatThrownBy(() -> client.config("c")).hasMessageContaining("is not a Connect worker");
    }

    @Test
    void patienceEndsAndTheRefusalCounts() {
        ConnectClient hasty = new ConnectClient(
                ConnectAddress.of("http://127.0.0.1:" + server.getAddress().getPort()), Patience.NONE);
        given("GET /connectors", REBALANCE, "200 []");
        assertThatThrownBy(hasty::connectors).hasMessageContaining("answered 409");
        assertThat(requests).hasSize(1);
    }

    @Test
    void aNameThatIsTakenIsNotAskedForAgain() {
        given("POST /connectors", "409 {\"error_code\":409,\"message\":\"Connector c already exists\"}");
        assertThatThrownBy(() -> client.create("c", CONFIG, DeclaredState.STOPPED))
                .hasMessageContaining("already exists");
        assertThat(requests).containsExactly("POST /connectors");
    }

    @Test
    void aRefusalCarriesTheWorkersWords() {
        given("GET /connectors/c/config", "404 {}");
        given("PUT /connectors/c/config", "400 {\"error_code\":400,\"message\":\"topics is missing\"}");
        assertThatThrownBy(() -> client.putIfDifferent("c", CONFIG))
                .isInstanceOf(ConnectRestException.class)
                .hasMessageContaining("answered 400 to: apply c: topics is missing");
    }

    @Test
    void validationGivesMessagesByKey() {
        given(
                "PUT /connector-plugins/a.B/config/validate",
                "200 {\"configs\":[{\"value\":{\"name\":\"topics\",\"errors\":[\"is bad\"]}},"
                        + "{\"value\":{\"name\":\"fine\",\"errors\":[]}}]}");
        assertThat(client.validate("c", CONFIG)).isEqualTo(Map.of("topics", List.of("is bad")));
    }

    @Test
    void aFailedTaskEndsTheWaitWithItsInnermostCause() {
        given(
                "GET /connectors/c/status",
                "404 {}",
                "200 {\"connector\":{\"state\":\"RUNNING\"},\"tasks\":[]}",
                "200 {\"connector\":{\"state\":\"RUNNING\"},\"tasks\":[{\"id\":0,\"state\":\"FAILED\",\"trace\":"
                        + "\"org.X: outer\\n\\tat a.b(C.java:1)\\nCaused by: java.io.IOException: port in use\\n\\tat d.e\"}]}");
        assertThatThrownBy(() -> client.awaitRunning("c", Duration.ofSeconds(10)))
                .hasMessage("connector c failed: java.io.IOException: port in use");
    }

    @Test
    void aConnectorWithoutTasksDoesNotRunYet() {
        given("GET /connectors/c/status", "200 {\"connector\":{\"state\":\"RUNNING\"},\"tasks\":[]}");
        assertThatThrownBy(() -> client.awaitRunning("c", Duration.ofMillis(100)))
                .hasMessageContaining("does not run after 0 s; it is RUNNING with tasks []");
    }

    @Test
    void aWorkerThatIsAwayIsNamed() {
        server.stop(0);
        assertThat(client.isHealthy()).isFalse();
        assertThatThrownBy(() -> client.connectors()).hasMessageContaining("cannot reach a Connect worker at http://");
    }

    /** The answers to a request, one after the other; the last one stays. */
    private void given(String request, String... inTurn) {
        answers.put(request, new ArrayDeque<>(List.of(inTurn)));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        requests.add(request);
        Queue<String> queue = answers.getOrDefault(request, new ArrayDeque<>(List.of("500 {}")));
        String answer = queue.size() > 1 ? queue.remove() : queue.peek();
        exchange.getRequestBody().readAllBytes();
        byte[] body = answer.substring(4).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
