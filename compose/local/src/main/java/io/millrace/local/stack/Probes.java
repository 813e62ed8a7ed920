package io.millrace.local.stack;

import io.millrace.local.StackAddress;
import io.millrace.local.security.Access;
import io.millrace.local.security.Account;
import io.millrace.local.security.Part;
import io.millrace.local.security.Security;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

/** The ways to ask a server for its health; each speaks the server's own protocol, as an open port proves little. */
final class Probes {
    private static final Duration LIMIT = Duration.ofSeconds(3);

    private final Access access;
    private HttpClient http;

    Probes(Access access) {
        this.access = access;
    }

    /** Made when it is first needed: what it trusts is not there before. */
    private synchronized HttpClient http() {
        if (http == null) {
            http = access.http().connectTimeout(LIMIT).build();
        }
        return http;
    }

    /** Healthy when the answer passes both tests. */
    Probe http(Part part, String url, Predicate<Integer> status, Predicate<String> body) {
        return () -> {
            HttpRequest request = access.authorize(part, HttpRequest.newBuilder(URI.create(url)))
                    .timeout(LIMIT)
                    .build();
            HttpResponse<String> response = http().send(request, HttpResponse.BodyHandlers.ofString());
            if (!status.test(response.statusCode()) || !body.test(response.body())) {
                String text = response.body().strip();
                throw new IOException(url + " answered " + response.statusCode() + " "
                        + text.substring(0, Math.min(200, text.length())));
            }
        };
    }

    Probe httpOk(Part part, String url) {
        return http(part, url, status -> status == 200, body -> true);
    }

    Probe redis() {
        return () -> {
            connect(access.address().redis()).close();
            try (RedisClient redis = access.redis()) {
                redis.ping();
            } catch (JedisException e) {
                throw new IOException("PING was answered with " + e.getMessage(), e);
            }
        };
    }

    /** Connects as a client of MQTT 3.1.1 without a session. */
    Probe mqtt(Map<String, String> environment) {
        byte[] connect = MqttConnect.packet("probe", environment.get("MQTT_USER"), environment.get("MQTT_PASSWORD"));
        return () -> {
            try (Socket socket = secured(connect(access.address().mqtt()))) {
                socket.getOutputStream().write(connect);
                byte[] answer = socket.getInputStream().readNBytes(4);
                if (answer.length < 4 || answer[0] != 0x20 || answer[3] != 0) {
                    throw new IOException("CONNECT was answered with " + java.util.Arrays.toString(answer));
                }
            }
        };
    }

    Probe postgres(String password) {
        return () -> {
            connect(access.address().postgres()).close();
            Properties properties = new Properties();
            properties.putAll(
                    Map.of("user", "postgres", "password", password, "connectTimeout", "3", "socketTimeout", "3"));
            try (var connection = DriverManager.getConnection(access.jdbc("postgres"), properties);
                    var statement = connection.createStatement()) {
                statement.execute("SELECT 1");
            } catch (SQLException e) {
                throw new IOException(e.getMessage(), e);
            }
        };
    }

    /**
     * An admin client is only made once the port answers, as it would fill a log while it does not. A broker is not
     * healthy before it knows who may do what.
     */
    Probe kafka(Security security) {
        AtomicBoolean admitted = new AtomicBoolean();
        return () -> {
            connect(access.address().kafka()).close();
            if (!admitted.get()) {
                security.admitToBroker();
                admitted.set(true);
            }
            Map<String, Object> properties = new HashMap<>(access.kafka(Account.CONTROL));
            properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 3000);
            properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 3000);
            try (Admin admin = Admin.create(properties)) {
                if (admin.describeCluster().nodes().get(4, TimeUnit.SECONDS).isEmpty()) {
                    throw new IOException("no broker has registered yet");
                }
            }
        };
    }

    private Socket secured(Socket plain) throws IOException {
        if (access.tls().isEmpty()) {
            return plain;
        }
        SSLSocket socket = (SSLSocket)
                access.tls().get().getSocketFactory().createSocket(plain, StackAddress.HOST, plain.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return socket;
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
