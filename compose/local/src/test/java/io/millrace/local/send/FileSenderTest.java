package io.millrace.local.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.local.client.EventClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against an HTTP server that keeps the collector's protocol and can be told to fail. */
class FileSenderTest {
    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, Integer> stored = Collections.synchronizedMap(new HashMap<>());
    private final List<String> refusals = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger failuresToCome = new AtomicInteger();
    private final List<JsonNode> bodies = Collections.synchronizedList(new ArrayList<>());
    private volatile String kind;
    private volatile String idField = "event_id";
    private volatile boolean namesTheEvent = true;
    private volatile boolean storesBeforeFailing;
    private HttpServer server;

    @TempDir
    private Path folder;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/events", this::answer);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void everyLineArrivesOnceAndTheFileAgainAddsNothing() throws Exception {
        Path file = numbers(1_234);
        SendReport report = send(file);
        assertThat(report.accepted()).isEqualTo(1_234);
        assertThat(stored).hasSize(1_234);
        send(file);
        assertThat(stored).hasSize(1_234);
    }

    @Test
    void aCompressedFileIsTheSameFile() throws Exception {
        Path file = numbers(100);
        Path compressed = folder.resolve("numbers.ndjson.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
            Files.copy(file, out);
        }
        send(file);
        assertThat(send(compressed).accepted()).isEqualTo(100);
        assertThat(stored).hasSize(100);
    }

    @Test
    void answersThatAreLostAreMadeUpForWithTheSameIdentities() throws Exception {
        failuresToCome.set(7);
        storesBeforeFailing = true;
        SendReport report = send(numbers(1_000));
        assertThat(report.accepted()).isEqualTo(1_000);
        assertThat(report.retries()).isEqualTo(7);
        assertThat(stored).hasSize(1_000);
    }

    @Test
    void onlyTheEventThatIsRefusedIsLeftOut() throws Exception {
        Path file = folder.resolve("some.ndjson");
        Files.writeString(file, lines(0, 10) + "{\"bad\":1}\n" + lines(10, 20) + "{\"bad\":2}\n" + lines(20, 30));
        SendReport report = send(file);
        assertThat(report.accepted()).isEqualTo(30);
        assertThat(report.refused()).isEqualTo(2);
        assertThat(refusals).containsExactlyInAnyOrder("11 bad is not a field", "22 bad is not a field");
        assertThat(stored).hasSize(30);
    }

    @Test
    void anEventThatTheAnswerDoesNotNameIsFoundByHalves() throws Exception {
        namesTheEvent = false;
        Path file = folder.resolve("some.ndjson");
        Files.writeString(file, lines(0, 100) + "{\"bad\":1}\n" + lines(100, 150));
        assertThat(send(file).accepted()).isEqualTo(150);
        assertThat(refusals).containsExactly("101 bad is not a field");
    }

    @Test
    void aLineThatIsNoEventIsCountedAndTheOthersGo() throws Exception {
        Path file = folder.resolve("some.ndjson");
        Files.writeString(file, "{\"n\":1}\n\nnot json\n[1]\n{\"n\":2} trailing\n{\"n\":2}\r\n{\"n\":3}");
        SendReport report = send(file);
        assertThat(report.accepted()).isEqualTo(3);
        assertThat(report.malformed()).isEqualTo(3);
        assertThat(report.blank()).isEqualTo(1);
        assertThat(report.lines()).isEqualTo(7);
    }

    @Test
    void anEndpointThatStaysAwayEndsTheSendingWithWhatToDo() throws Exception {
        server.stop(0);
        assertThatThrownBy(() -> send(numbers(10)))
                .isInstanceOf(SendException.class)
                .hasMessageContaining("gave up after 1 s")
                .hasMessageContaining("adds only what is missing");
    }

    @Test
    void somethingElseAtTheAddressEndsTheSendingAtOnce() {
        URI wrong = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/other");
        assertThatThrownBy(() -> sender(wrong).send(new SourceFile(numbers(10))))
                .isInstanceOf(SendException.class)
                .hasMessageContaining("404");
    }

    @Test
    void aKindsOwnIdentityIsFilledInTheFormThatItHas() throws Exception {
        kind =
                "{\"id\":\"visit\",\"fields\":[{\"name\":\"visit\",\"type\":\"uuid\"},{\"name\":\"n\",\"type\":\"int\"}]}";
        idField = "visit";
        sendTo("shop.visits", numbers(20));
        sendTo("shop.visits", numbers(20));
        assertThat(stored).hasSize(20);
        assertThat(stored.keySet())
                .allMatch(id -> java.util.UUID.fromString(id).toString().equals(id));
        assertThat(bodies).allMatch(event -> event.size() == 2);
    }

    @Test
    void aKindWithoutATextualIdentityIsSentAsItIs() throws Exception {
        kind = "{\"id\":\"n\",\"fields\":[{\"name\":\"n\",\"type\":\"long\"},{\"name\":\"site\",\"type\":\"enum\"}]}";
        assertThat(sendTo("shop.visits", numbers(20)).accepted()).isEqualTo(20);
        assertThat(bodies).hasSize(20).allMatch(event -> event.size() == 1);
    }

    @Test
    void aKindWithASiteHasThatOfTheFile() throws Exception {
        kind = "{\"fields\":[{\"name\":\"n\",\"type\":\"long\"},{\"name\":\"site\",\"type\":\"string\"}]}";
        sendTo("shop.visits", numbers(1));
        assertThat(bodies).singleElement().hasToString("{\"n\":0,\"site\":\"numbers\"}");
    }

    @Test
    void aKindThatTheCollectorDoesNotKnowEndsTheSendingWithItsWords() {
        assertThatThrownBy(() -> sendTo("shop.visit", numbers(1)))
                .isInstanceOf(SendException.class)
                .hasMessageContaining("/v1/events/shop.visit answered 404: did you mean shop.visits?");
    }

    @Test
    void aCollectorThatStaysAwayEndsTheSendingOfAKindWithoutIdentities() throws Exception {
        kind = "{\"fields\":[]}";
        KindFields fields = fields("shop.visits");
        server.stop(0);
        assertThatThrownBy(
                        () -> sender(endpoint("/v1/events/shop.visits"), fields).send(new SourceFile(numbers(1))))
                .isInstanceOf(SendException.class)
                .hasMessageContaining("sending the file again stores it twice");
    }

    private SendReport sendTo(String topic, Path file) throws Exception {
        KindFields fields = fields(topic);
        return sender(KindLookup.endpoint(endpoint("/v1/events"), topic), fields)
                .send(new SourceFile(file));
    }

    private KindFields fields(String topic) throws Exception {
        return new KindLookup(java.util.Optional.empty())
                .ask(KindLookup.endpoint(endpoint("/v1/events"), topic), Duration.ofSeconds(1));
    }

    private URI endpoint(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private Path numbers(int count) throws IOException {
        return Files.writeString(folder.resolve("numbers.ndjson"), lines(0, count));
    }

    private static String lines(int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append("{\"n\":").append(i).append("}\n");
        }
        return text.toString();
    }

    private SendReport send(Path file) throws Exception {
        return sender(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/events"))
                .send(new SourceFile(file));
    }

    private FileSender sender(URI endpoint) {
        return sender(endpoint, KindFields.WEB_EVENTS);
    }

    private FileSender sender(URI endpoint, KindFields fields) {
        FileSender.Options options =
                new FileSender.Options("numbers", new NdjsonFormat(), 100, 0, Duration.ofSeconds(1), fields);
        return new FileSender(new EventClient(endpoint), options, new SendListener() {
            @Override
            public void refused(Event event, Optional<String> field, String reason) {
                refusals.add(event.line() + " " + field.orElse("?") + " " + reason);
            }
        });
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("GET")) {
            boolean known = exchange.getRequestURI().getPath().equals("/v1/events/shop.visits");
            reply(exchange, known ? 200 : 404, known ? kind : "{\"reason\":\"did you mean shop.visits?\"}");
            return;
        }
        JsonNode events = json.readTree(exchange.getRequestBody().readAllBytes());
        boolean fails = failuresToCome.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        if (fails && !storesBeforeFailing) {
            reply(exchange, 503, "{\"reason\":\"not now\"}");
            return;
        }
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).has("bad")) {
                String index = namesTheEvent ? "\"index\":" + i + "," : "";
                reply(exchange, 400, "{" + index + "\"field\":\"bad\",\"reason\":\"is not a field\"}");
                return;
            }
        }
        events.forEach(event -> stored.merge(event.path(idField).asText(), 1, Integer::sum));
        events.forEach(bodies::add);
        if (fails) {
            exchange.close();
            return;
        }
        reply(exchange, 200, "{\"accepted\":" + events.size() + "}");
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
