package io.millrace.connect.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CollectorTest {
    private static final String EVENT = "{\"event_id\":\"e1\",\"user_id\":\"u1\",\"page\":\"/a\"}";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private StandInWorker worker;

    @AfterEach
    void close() throws InterruptedException {
        if (worker != null) {
            worker.close();
        }
    }

    @Test
    void aStoredRequestIsAnsweredWithTheNumberOfItsEvents() throws Exception {
        start(StandInWorker.Mode.STORES);
        HttpResponse<String> answer = post("[" + EVENT + "," + EVENT + "]");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"accepted\":2}");
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(worker.fetched).hasSize(2);
        assertThat(worker.collector().heldBytes()).isZero();
    }

    @Test
    void aRecordCarriesKeyTimeAndIdentity() throws Exception {
        start(StandInWorker.Mode.STORES);
        post(EVENT);
        SourceRecord record = worker.fetched.get(0);
        assertThat(record.topic()).isEqualTo("web.events");
        assertThat(record.key()).isEqualTo("u1");
        assertThat(record.timestamp())
                .isCloseTo(System.currentTimeMillis(), org.assertj.core.data.Offset.offset(60_000L));
        assertThat(record.headers()).extracting(Header::key, Header::value).containsExactly(tuple("event_id", "e1"));
    }

    @Test
    void equalEventsAreDifferentRecords() throws Exception {
        start(StandInWorker.Mode.STORES);
        post("[" + EVENT + "," + EVENT + "]");
        assertThat(worker.fetched.get(0)).isNotEqualTo(worker.fetched.get(1));
        assertThat(worker.fetched.get(0).sourceOffset())
                .isNotEqualTo(worker.fetched.get(1).sourceOffset());
        assertThat(worker.fetched.get(0).sourcePartition())
                .isEqualTo(worker.fetched.get(1).sourcePartition());
    }

    @Test
    void aBadEventRefusesTheWholeRequest() throws Exception {
        start(StandInWorker.Mode.STORES);
        HttpResponse<String> answer = post(EVENT + "\n{\"page\":\"/\"}\n" + EVENT);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .isEqualTo("{\"error\":\"invalid_event\",\"index\":1,\"field\":\"user_id\","
                        + "\"reason\":\"is missing; must be a string\"}");
        assertThat(worker.fetched).isEmpty();
        assertThat(worker.collector().heldBytes()).isZero();
    }

    @Test
    void aGzippedBodyIsAccepted() throws Exception {
        start(StandInWorker.Mode.STORES);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write((EVENT + "\n").repeat(100).getBytes(StandardCharsets.UTF_8));
        }
        HttpResponse<String> answer = send(request("/v1/events")
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes.toByteArray())));
        assertThat(answer.body()).isEqualTo("{\"accepted\":100}");
    }

    @Test
    void droppedRecordsAreNeverReportedAsStored() throws Exception {
        start(StandInWorker.Mode.DROPS);
        HttpResponse<String> answer = post(EVENT);
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("1 of 1 record was dropped");
    }

    @Test
    void recordsThatAnExactlyOnceWorkerDropsWithoutAWordAreNoticedAtTheNextPoll() throws Exception {
        start(StandInWorker.Mode.DROPS_SILENTLY, "exactly.once.support", "required");
        assertThat(post("[" + EVENT + "," + EVENT + "]").body()).contains("2 of 2 records were dropped");
        assertThat(worker.collector().heldBytes()).isZero();
    }

    @Test
    void aRequestThatKafkaDoesNotAcknowledgeIsAnsweredInTimeAndItsMemoryStaysCounted() throws Exception {
        start(StandInWorker.Mode.KAFKA_IS_AWAY, "request.timeout.ms", "300");
        HttpResponse<String> answer = post(EVENT);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("not_acknowledged", "it may be stored yet");
        assertThat(answer.headers().firstValue("retry-after")).contains("1");
        assertThat(worker.collector().heldBytes()).isPositive();
    }

    @Test
    void aRequestThatWasNeverFetchedIsForgottenWhenItsTimeIsOver() throws Exception {
        start(StandInWorker.Mode.PAUSED, "request.timeout.ms", "300");
        HttpResponse<String> answer = post(EVENT);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("nothing of it is stored");
        assertThat(worker.collector().heldBytes()).isZero();
        worker.mode(StandInWorker.Mode.STORES);
        assertThat(post(EVENT).statusCode()).isEqualTo(200);
        assertThat(worker.fetched).hasSize(1);
    }

    @Test
    void requestsBeyondTheMemoryAreRefusedAndThereIsRoomAgainAfterwards() throws Exception {
        start(
                StandInWorker.Mode.PAUSED,
                "max.request.records",
                "1",
                "max.request.bytes",
                "1000",
                "max.in.flight.bytes",
                "1600");
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            answers.add(http.sendAsync(
                    request("/v1/events")
                            .POST(HttpRequest.BodyPublishers.ofString(EVENT))
                            .build(),
                    HttpResponse.BodyHandlers.ofString()));
        }
        await().until(() -> answers.stream().filter(CompletableFuture::isDone).count() >= 8);
        assertThat(worker.collector().heldBytes()).isLessThanOrEqualTo(1600);
        worker.mode(StandInWorker.Mode.STORES);
        List<Integer> statuses = new ArrayList<>();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            statuses.add(answer.get(10, SECONDS).statusCode());
        }
        assertThat(statuses).containsOnly(200, 503).contains(200, 503);
        assertThat(worker.fetched)
                .hasSize((int) statuses.stream().filter(s -> s == 200).count());
        assertThat(post(EVENT).statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsTooLargeIsRefusedWithOrWithoutALength() throws Exception {
        start(StandInWorker.Mode.STORES, "max.request.bytes", "1000");
        byte[] large = " ".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        assertThat(send(request("/v1/events").POST(HttpRequest.BodyPublishers.ofByteArray(large)))
                        .statusCode())
                .isEqualTo(413);
        HttpResponse<String> chunked = send(request("/v1/events")
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large))));
        assertThat(chunked.statusCode()).isEqualTo(413);
        assertThat(chunked.body()).contains("at most 1000 bytes");
        assertThat(worker.collector().heldBytes()).isZero();
    }

    @Test
    void aClientThatAsksFirstIsRefusedBeforeItSends() throws Exception {
        start(StandInWorker.Mode.STORES, "max.request.bytes", "1000");
        try (Socket socket = connect()) {
            write(
                    socket,
                    "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\nExpect: 100-continue\r\n\r\n");
            assertThat(readAll(socket)).startsWith("HTTP/1.1 413").contains("connection: close");
        }
    }

    @Test
    void aClientThatAsksFirstIsToldToGoOn() throws Exception {
        start(StandInWorker.Mode.STORES);
        try (Socket socket = connect()) {
            write(
                    socket,
                    "POST /v1/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + EVENT.length()
                            + "\r\nExpect: 100-continue\r\n\r\n");
            assertThat(new String(socket.getInputStream().readNBytes(25), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            write(socket, EVENT);
            assertThat(readAll(socket)).startsWith("HTTP/1.1 200").endsWith("{\"accepted\":1}");
        }
    }

    @Test
    void requestsThatAreSentAheadAreAnsweredInOrder() throws Exception {
        start(StandInWorker.Mode.STORES);
        try (Socket socket = connect()) {
            String head = "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: ";
            String bad = "{}";
            String last = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
            write(
                    socket,
                    head + EVENT.length() + "\r\n\r\n" + EVENT + head + bad.length() + "\r\n\r\n" + bad
                            + "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n" + last);
            assertThat(readAll(socket))
                    .containsSubsequence("200 OK", "accepted", "400 Bad", "user_id", "404 Not", "200 OK", "up");
        }
    }

    @Test
    void whatIsAskedWronglyIsRefused() throws Exception {
        start(StandInWorker.Mode.STORES);
        assertThat(send(request("/v1/event").POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(404);
        HttpResponse<String> put = send(request("/v1/events").PUT(HttpRequest.BodyPublishers.noBody()));
        assertThat(put.statusCode()).isEqualTo(405);
        assertThat(put.headers().firstValue("allow")).contains("GET, HEAD, POST");
        assertThat(send(request("/v1/events")
                                .header("Content-Type", "text/xml")
                                .POST(HttpRequest.BodyPublishers.ofString("<a/>")))
                        .statusCode())
                .isEqualTo(415);
        assertThat(send(request("/v1/events")
                                .header("Content-Encoding", "br")
                                .POST(HttpRequest.BodyPublishers.ofString("x")))
                        .statusCode())
                .isEqualTo(415);
        assertThat(post("{oops").statusCode()).isEqualTo(400);
        try (Socket socket = connect()) {
            write(socket, "NONSENSE\r\n\r\n");
            assertThat(readAll(socket)).startsWith("HTTP/1.1 400");
        }
        try (Socket socket = connect()) {
            write(socket, "GET /healthz HTTP/1.1\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");
            assertThat(readAll(socket)).startsWith("HTTP/1.1 431");
        }
    }

    @Test
    void aBodyThatDoesNotEndIsGivenUp() throws Exception {
        start(StandInWorker.Mode.STORES, "request.timeout.ms", "300");
        try (Socket socket = connect()) {
            write(socket, "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"user");
            assertThat(readAll(socket)).startsWith("HTTP/1.1 408");
        }
        assertThat(worker.collector().heldBytes()).isZero();
    }

    @Test
    void aClientThatLeavesInTheMiddleFreesItsMemory() throws Exception {
        start(StandInWorker.Mode.STORES);
        try (Socket socket = connect()) {
            write(socket, "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"user");
            await().until(() -> worker.collector().heldBytes() == 6);
        }
        await().until(() -> worker.collector().heldBytes() == 0);
    }

    @Test
    void aConnectionWithoutACompleteHeadIsClosed() throws Exception {
        start(StandInWorker.Mode.STORES, "idle.timeout.ms", "300");
        try (Socket socket = connect()) {
            write(socket, "POST /v1/ev");
            assertThat(readAll(socket)).isEmpty();
        }
    }

    @Test
    void oneConnectionTooManyIsToldSoAndClosed() throws Exception {
        start(StandInWorker.Mode.STORES, "max.connections", "1");
        try (Socket first = connect()) {
            write(first, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(first.getInputStream().read()).isEqualTo('H');
            try (Socket second = connect()) {
                assertThat(readAll(second)).startsWith("HTTP/1.1 503").contains("max.connections are open already\"}");
            }
        }
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(post(EVENT).statusCode()).isEqualTo(200));
    }

    @Test
    void readinessTellsWhetherConnectFetches() throws Exception {
        start(StandInWorker.Mode.STORES);
        await().untilAsserted(() ->
                assertThat(send(request("/readyz").GET()).statusCode()).isEqualTo(200));
        worker.mode(StandInWorker.Mode.PAUSED);
        assertThat(send(request("/healthz").GET()).body()).isEqualTo("{\"status\":\"up\"}");
        await().atMost(10, SECONDS)
                .untilAsserted(() ->
                        assertThat(send(request("/readyz").GET()).statusCode()).isEqualTo(503));
    }

    @Test
    void stoppingAnswersWhatIsOpenAndFreesThePort() throws Exception {
        start(StandInWorker.Mode.KAFKA_IS_AWAY, "outage.linger.ms", "0");
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(
                request("/v1/events")
                        .POST(HttpRequest.BodyPublishers.ofString(EVENT))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        await().until(() -> worker.fetched.size() == 1);
        int port = worker.collector().address().getPort();
        worker.close();
        assertThat(answer.get(5, SECONDS).statusCode()).isEqualTo(503);
        assertThat(answer.get().body()).contains("stopping", "may be stored");
        start(StandInWorker.Mode.STORES, "port", String.valueOf(port));
        assertThat(post(EVENT).statusCode()).isEqualTo(200);
    }

    @Test
    void aPortThatIsFreedInTimeIsTaken() throws Exception {
        ServerSocket other = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
        CompletableFuture<Void> freed = CompletableFuture.runAsync(
                () -> {
                    try {
                        other.close();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                },
                CompletableFuture.delayedExecutor(400, java.util.concurrent.TimeUnit.MILLISECONDS));
        start(StandInWorker.Mode.STORES, "port", String.valueOf(other.getLocalPort()));
        freed.get();
        assertThat(post(EVENT).statusCode()).isEqualTo(200);
    }

    @Test
    void aPortThatStaysTakenIsNamed() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(other.getLocalPort());
            assertThatThrownBy(() -> start(StandInWorker.Mode.STORES, "port", port, "bind.timeout.ms", "100"))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("127.0.0.1:" + port)
                    .hasMessageContaining("free the port");
        }
    }

    private static org.assertj.core.groups.Tuple tuple(Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }

    private void start(StandInWorker.Mode mode, String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("port", "0", "dedup.window.events", "0"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        worker = new StandInWorker(mode, all);
    }

    private HttpResponse<String> post(String body) throws IOException, InterruptedException {
        return send(request("/v1/events").POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(worker.url() + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", worker.collector().address().getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    private static String readAll(Socket socket) throws IOException {
        try (InputStream in = socket.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
