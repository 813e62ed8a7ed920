package io.millrace.local.stack;

import io.millrace.local.StackAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** The ways to ask a server for its health; each speaks the server's own protocol, as an open port proves little. */
final class Probes {
    private static final Duration LIMIT = Duration.ofSeconds(3);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();

    /** Healthy when the answer passes both tests. */
    Probe http(String url, Predicate<Integer> status, Predicate<String> body) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).build();
        return () -> {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (!status.test(response.statusCode()) || !body.test(response.body())) {
                String text = response.body().strip();
                throw new IOException(url + " answered " + response.statusCode() + " "
                        + text.substring(0, Math.min(200, text.length())));
            }
        };
    }

    Probe httpOk(String url) {
        return http(url, status -> status == 200, body -> true);
    }

    static Probe redis(int port) {
        return () -> {
            try (Socket socket = connect(port)) {
                socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII);
                if (!"+PONG".equals(answer)) {
                    throw new IOException("PING was answered with " + answer);
                }
            }
        };
    }

    /** Connects as a client of MQTT 3.1.1 without a session. */
    static Probe mqtt(int port) {
        byte[] connect = {0x10, 17, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 10, 0, 5, 'p', 'r', 'o', 'b', 'e'};
        return () -> {
            try (Socket socket = connect(port)) {
                socket.getOutputStream().write(connect);
                byte[] answer = socket.getInputStream().readNBytes(4);
                if (answer.length < 4 || answer[0] != 0x20 || answer[3] != 0) {
                    throw new IOException("CONNECT was answered with " + java.util.Arrays.toString(answer));
                }
            }
        };
    }

    static Probe postgres(int port, String password) {
        return () -> {
            connect(port).close();
            Properties properties = new Properties();
            properties.putAll(
                    Map.of("user", "postgres", "password", password, "connectTimeout", "3", "socketTimeout", "3"));
            try (var connection = DriverManager.getConnection(
                            "jdbc:postgresql://" + StackAddress.HOST + ":" + port + "/postgres", properties);
                    var statement = connection.createStatement()) {
                statement.execute("SELECT 1");
            } catch (SQLException e) {
                throw new IOException(e.getMessage(), e);
            }
        };
    }

    /** An admin client is only made once the port answers, as it would fill a log while it does not. */
    static Probe kafka(int port) {
        return () -> {
            connect(port).close();
            try (Admin admin = Admin.create(Map.of(
                    AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, StackAddress.HOST + ":" + port,
                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 3000,
                    AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 3000))) {
                if (admin.describeCluster().nodes().get(4, TimeUnit.SECONDS).isEmpty()) {
                    throw new IOException("no broker has registered yet");
                }
            }
        };
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(StackAddress.HOST, port), (int) LIMIT.toMillis());
            socket.setSoTimeout((int) LIMIT.toMillis());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
