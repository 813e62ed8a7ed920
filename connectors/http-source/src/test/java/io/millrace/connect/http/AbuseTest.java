package io.millrace.connect.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients should not do: each has a clear answer without a stack trace, and costs bounded memory. */
@Timeout(180)
class AbuseTest {
    private static final String EVENT = "{\"user_id\":\"u1\",\"page\":\"/\"}";

    private StandInWorker worker;

    @AfterEach
    void close() throws InterruptedException {
        worker.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "}",
                "[",
                "[1",
                "[{},",
                "{\"a\"",
                "{\"a\":",
                "{\"user_id\":\"\\ud83d\"}x",
                "{\"user_id\":nul}",
                "\"text\"",
                "123",
                "null",
                "{\"user_id\":\"u\",\"user_id\":\"u\"}",
                "{\"page\":1e999999999,\"user_id\":\"u\"}",
                "\u0000",
                "<html>"
            })
    void malformedBodiesInAnyFormat(String body) throws Exception {
        start();
        for (String type :
                List.of("application/json", "application/cloudevents+json", "application/cloudevents-batch+json")) {
            require4xx(Client.post(worker.url() + "/v1/events", body, "Content-Type", type));
        }
        require4xx(Client.post(worker.url() + "/v1/batch", body));
        require4xx(Client.post(worker.url() + "/v1/track", body));
        assertThat(worker.fetched).isEmpty();
        assertThat(worker.collector().heldBytes()).isZero();
    }

    @Test
    void invalidUtf8IsNamed() throws Exception {
        start();
        for (byte[] bad : List.of(new byte[] {(byte) 0xc3, (byte) 0x28}, new byte[] {(byte) 0xff}, new byte[] {
            (byte) 0xed, (byte) 0xa0, (byte) 0x80, 'x', (byte) 0xf8
        })) {
            byte[] head = "{\"user_id\":\"".getBytes(StandardCharsets.US_ASCII);
            byte[] tail = "\",\"page\":\"/\"}".getBytes(StandardCharsets.US_ASCII);
            byte[] body = new byte[head.length + bad.length + tail.length];
            System.arraycopy(head, 0, body, 0, head.length);
            System.arraycopy(bad, 0, body, head.length, bad.length);
            System.arraycopy(tail, 0, body, head.length + bad.length, tail.length);
            HttpResponse<String> answer = Client.post(worker.url() + "/v1/events", body);
            require4xx(answer);
            assertThat(answer.body()).contains("malformed_json", "UTF-8");
        }
    }

    @Test
    void deepNestingIsRefusedInAnyFormat() throws Exception {
        start("unknown.fields", "ignore");
        String deep = "{\"user_id\":\"u\",\"page\":\"/\",\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        String objects = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);
        for (String body : List.of(deep, objects, "[".repeat(300_000))) {
            require4xx(Client.post(worker.url() + "/v1/events", body));
            require4xx(Client.post(worker.url() + "/v1/track", body));
            require4xx(Client.post(worker.url() + "/v1/batch", "{\"batch\":[" + body + "]}"));
            require4xx(Client.post(worker.url() + "/v1/events", body, "Content-Type", "application/cloudevents+json"));
        }
        assertThat(Client.post(worker.url() + "/v1/events", deep).body()).contains("nesting depth");
    }

    @Test
    void aBodyOfAHundredMegabytesIsRefusedAndNotHeld() throws Exception {
        start();
        for (boolean announced : List.of(true, false)) {
            try (Socket socket = connect()) {
                OutputStream out = socket.getOutputStream();
                out.write(("POST /v1/events HTTP/1.1\r\nHost: x\r\n"
                                + (announced ? "Content-Length: 100000000" : "Transfer-Encoding: chunked")
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                byte[] part = (announced ? " ".repeat(65_536) : "10000\r\n" + " ".repeat(65_536) + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
                try {
                    for (int sent = 0; sent < 100_000_000; sent += 65_536) {
                        out.write(part);
                        assertThat(worker.collector().heldBytes()).isLessThanOrEqualTo(5 << 20);
                    }
                } catch (IOException closed) {
                    // What is not wanted is not waited for either.
                    continue;
                }
                assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 413");
            }
        }
        assertThat(worker.collector().heldBytes()).isZero();
        byte[] large = new byte[8 << 20];
        HttpResponse<String> answer =
                Client.send("POST", worker.url() + "/v1/events", HttpRequest.BodyPublishers.ofByteArray(large));
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("at most 4194304 bytes");
    }

    @Test
    void slowClientsAndHalfOpenConnectionsAreClosedWhileOthersAreServed() throws Exception {
        start("idle.timeout.ms", "1500", "request.timeout.ms", "1500");
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                Socket head = connect();
                head.getOutputStream().write("POST /v1/events HT".getBytes(StandardCharsets.US_ASCII));
                slow.add(head);
                Socket body = connect();
                body.getOutputStream()
                        .write("POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"
                                .getBytes(StandardCharsets.US_ASCII));
                slow.add(body);
                // Nothing at all, as the rest of a connection whose client has lost its network.
                slow.add(connect());
            }
            assertThat(Client.post(worker.url() + "/v1/events", EVENT).statusCode())
                    .isEqualTo(200);
            for (Socket socket : slow) {
                trickleUntilClosed(socket);
            }
            assertThat(worker.collector().heldBytes()).isZero();
        } finally {
            closeAll(slow);
        }
    }

    /** A byte now and then, which must not keep the connection open. */
    private static void trickleUntilClosed(Socket socket) {
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            try {
                socket.getOutputStream().write('x');
                socket.setSoTimeout(100);
                return socket.getInputStream().read() < 0;
            } catch (java.net.SocketTimeoutException open) {
                return false;
            } catch (IOException closed) {
                return true;
            }
        });
    }

    @Test
    void aClientThatDoesNotReadItsAnswersIsNotReadEither() throws Exception {
        start();
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            byte[] questions =
                    "GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100).getBytes(StandardCharsets.US_ASCII);
            AtomicInteger sent = new AtomicInteger();
            Thread sender = new Thread(() -> {
                try {
                    while (true) {
                        out.write(questions);
                        sent.incrementAndGet();
                    }
                } catch (IOException closed) {
                    // By the end of the test.
                }
            });
            sender.start();
            // It comes to a stop when the buffers of the system between the two are full.
            int[] before = {-1};
            await().pollInterval(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        boolean stopped = before[0] == sent.get();
                        before[0] = sent.get();
                        return stopped;
                    });
            assertThat(Client.post(worker.url() + "/v1/events", EVENT).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void tenThousandConnectionsAtOnceAreServed() throws Exception {
        int connections = (int) Math.min(10_000, openFiles() - 1_000);
        start("max.connections", String.valueOf(connections));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process clients = new ProcessBuilder(
                        java,
                        "-cp",
                        Path.of("target", "test-classes").toString(),
                        ManyClients.class.getName(),
                        String.valueOf(worker.collector().address().getPort()),
                        String.valueOf(connections),
                        EVENT)
                .redirectErrorStream(true)
                .start();
        try {
            String said = new String(clients.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(clients.waitFor()).as(said).isZero();
            assertThat(worker.fetched).hasSize(connections);
            assertThat(worker.collector().heldBytes()).isZero();
        } finally {
            clients.destroyForcibly();
        }
    }

    /** How many files this process may open, with what the JVM itself raises. */
    private static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    private static void require4xx(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 431);
        assertThat(answer.body())
                .startsWith("{\"error\":\"")
                .contains("\"reason\":")
                .doesNotContain("\tat ", "io.millrace", "Exception");
        assertThat(answer.body().length()).isLessThan(1_000);
    }

    private static void closeAll(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", worker.collector().address().getPort());
        socket.setSoTimeout(60_000);
        return socket;
    }

    private void start(String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("port", "0"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        worker = new StandInWorker(StandInWorker.Mode.STORES, all);
    }
}
