package io.millrace.tests;

import io.millrace.local.security.Access;
import io.millrace.local.security.CertificateAuthority;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.admin.Admin;

/**
 * Tries to get in, at one port, as somebody who has no account there. Each attempt says what became of it: {@link
 * Outcome#IN} only when the server did for the intruder what it does for its own clients.
 */
final class Intruder {
    enum Outcome {
        IN,
        REFUSED
    }

    private static final int PATIENCE_MILLIS = 10_000;

    private final Access stack;
    private final SSLContext trusting;
    private final SSLContext foreign;

    Intruder(Access stack) throws Exception {
        this.stack = stack;
        this.trusting = stack.tls().orElseThrow();
        this.foreign = foreign();
    }

    /** Trusts the stack, but shows a certificate of an authority of its own. */
    private SSLContext foreign() throws Exception {
        SecureRandom random = new SecureRandom();
        CertificateAuthority other = CertificateAuthority.create("Millrace stack", Clock.systemUTC(), random);
        CertificateAuthority.Issued issued = other.issue("kafka", true);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("it", issued.key(), new char[0], new Certificate[] {issued.certificate()});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, new char[0]);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream pem =
                java.nio.file.Files.newInputStream(stack.authority().orElseThrow())) {
            trusted.setCertificateEntry(
                    "ca",
                    java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        TrustManager[] trustManagers = trust.getTrustManagers();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), trustManagers, null);
        return context;
    }

    /** Without TLS. */
    Outcome plainHttp(int port, String path) throws Exception {
        return http(HttpClient.newBuilder(), "http://127.0.0.1:" + port + path, Map.of(), null);
    }

    /** With TLS and these headers. */
    Outcome https(int port, String path, Map<String, String> headers, String body) throws Exception {
        return http(HttpClient.newBuilder().sslContext(trusting), stack.url(port) + path, headers, body);
    }

    /** With a certificate of another authority and nothing else. */
    Outcome foreignHttps(int port, String path, String body) throws Exception {
        return http(HttpClient.newBuilder().sslContext(foreign), stack.url(port) + path, Map.of(), body);
    }

    private static Outcome http(HttpClient.Builder client, String url, Map<String, String> headers, String body)
            throws InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofMillis(PATIENCE_MILLIS));
        headers.forEach(request::header);
        if (body != null) {
            request.POST(HttpRequest.BodyPublishers.ofString(body));
        }
        try {
            int status = client.version(HttpClient.Version.HTTP_1_1)
                    .build()
                    .send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            return status == 400 || status == 401 || status == 403 ? Outcome.REFUSED : Outcome.IN;
        } catch (IOException noAnswer) {
            return Outcome.REFUSED;
        }
    }

    /** As a Kafka client with these properties. */
    Outcome kafka(int port, Map<String, Object> properties) throws InterruptedException {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("bootstrap.servers", "127.0.0.1:" + port);
        all.put("default.api.timeout.ms", 6_000);
        all.put("request.timeout.ms", 3_000);
        try (Admin admin = Admin.create(all)) {
            admin.describeCluster().nodes().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            return Outcome.IN;
        } catch (ExecutionException | TimeoutException | org.apache.kafka.common.KafkaException refused) {
            return Outcome.REFUSED;
        }
    }

    /** Sends bytes over TLS, with a foreign certificate or none, and sees whether anything comes back. */
    Outcome tlsSocket(int port, boolean withForeignCertificate, byte[] request) {
        SSLContext context = withForeignCertificate ? foreign : trusting;
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.startHandshake();
            return answer(socket, request);
        } catch (IOException refused) {
            return Outcome.REFUSED;
        }
    }

    Outcome plainSocket(int port, byte[] request) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            return answer(socket, request);
        } catch (IOException refused) {
            return Outcome.REFUSED;
        }
    }

    private static Outcome answer(Socket socket, byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        socket.getOutputStream().flush();
        byte[] answer = socket.getInputStream().readNBytes(1);
        // The first byte of a TLS alert is 21; nothing, or that, is no answer of the server's own protocol.
        return answer.length == 0 || answer[0] == 21 ? Outcome.REFUSED : Outcome.IN;
    }

    Outcome postgres(String database, String user, String password, String sslmode) {
        Properties properties = new Properties();
        properties.putAll(Map.of("user", user, "password", password, "sslmode", sslmode, "connectTimeout", "10"));
        stack.authority().ifPresent(ca -> properties.put("sslrootcert", ca.toString()));
        String url = "jdbc:postgresql://127.0.0.1:" + stack.address().postgres() + "/" + database;
        try (var connection = DriverManager.getConnection(url, properties)) {
            return Outcome.IN;
        } catch (SQLException refused) {
            return Outcome.REFUSED;
        }
    }

    /** The first reply of Redis to one command; an error is a refusal. */
    Outcome redis(int port, String command) {
        try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == '-' ? Outcome.REFUSED : Outcome.IN;
        } catch (IOException refused) {
            return Outcome.REFUSED;
        }
    }

    /** An MQTT client; user null for none. */
    Outcome mqtt(int port, String user, String password) {
        try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(mqttConnect(user, password));
            byte[] answer = socket.getInputStream().readNBytes(4);
            return answer.length == 4 && answer[0] == 0x20 && answer[3] == 0 ? Outcome.IN : Outcome.REFUSED;
        } catch (IOException refused) {
            return Outcome.REFUSED;
        }
    }

    static byte[] mqttConnect(String user, String password) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(bytes);
        body.writeUTF("MQTT");
        body.writeByte(4);
        body.writeByte(user == null ? 2 : 0xC2);
        body.writeShort(10);
        body.writeUTF("intruder");
        if (user != null) {
            body.writeUTF(user);
            body.writeUTF(password);
        }
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(0x10);
        packet.write(bytes.size());
        bytes.writeTo(packet);
        return packet.toByteArray();
    }

    /** A request of Kafka's protocol for the versions that a broker speaks. */
    static byte[] apiVersions() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(2 + 2 + 4 + 2);
        out.writeShort(18);
        out.writeShort(0);
        out.writeInt(1);
        out.writeShort(-1);
        return bytes.toByteArray();
    }

    /**
     * Calls a remote procedure of Spark's transport. A server that wants a proof first says that this is none, or hangs up;
     * one that does not tries to run the call, and whatever that gives, the intruder was in.
     */
    Outcome spark(int port, byte[] message) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeLong(8 + 1 + 8 + 4 + message.length);
            out.writeByte(3); // a request
            out.writeLong(4711);
            out.writeInt(message.length);
            out.write(message);
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[(int) Math.min(in.readLong() - 8, 1 << 20)];
            in.readFully(answer);
            String text = new String(answer, StandardCharsets.ISO_8859_1);
            boolean failure = answer[0] == 5;
            return failure && text.matches("(?is).*(SaslMessage|SaslException|authenticat|AEADBadTag|secret).*")
                    ? Outcome.REFUSED
                    : Outcome.IN;
        } catch (IOException hungUp) {
            return Outcome.REFUSED;
        }
    }

    /** A proof of another secret, as Spark's authentication protocol sends it. */
    static byte[] wrongSparkProof() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(0xFB);
        for (byte[] part : new byte[][] {"intruder".getBytes(StandardCharsets.UTF_8), new byte[16], new byte[64]}) {
            out.writeInt(part.length);
            out.write(part);
        }
        return bytes.toByteArray();
    }
}
