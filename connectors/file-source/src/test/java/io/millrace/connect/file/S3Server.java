package io.millrace.connect.file;

import static org.awaitility.Awaitility.await;

import io.millrace.testing.Built;
import io.millrace.testing.Ports;
import io.millrace.testing.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A real S3 service, S3Proxy, with two buckets. It can be killed and started again; its data stays. */
final class S3Server implements AutoCloseable {
    static final String BUCKET = "landing";
    static final String BUCKET_OF_THE_STACK = "millrace";

    private static final String ACCESS_KEY = "test";
    private static final String SECRET_KEY = "only-for-tests";

    private final int port = Ports.free();
    private final Path folder;
    private final S3Client client;
    private ServerProcess process;

    private S3Server(Path parent) throws IOException {
        folder = Files.createDirectories(parent.resolve("s3-" + port).toAbsolutePath());
        Path data = folder.resolve("data");
        Files.createDirectories(data.resolve(BUCKET));
        Files.createDirectories(data.resolve(BUCKET_OF_THE_STACK));
        Files.writeString(
                folder.resolve("s3proxy.conf"),
                """
                s3proxy.endpoint=%s
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.identity=unused
                jclouds.credential=unused
                jclouds.filesystem.basedir=%s
                """
                        .formatted(url(), ACCESS_KEY, SECRET_KEY, data));
        client = new S3Store.Access(Optional.of(URI.create(url())), "us-east-1", true, ACCESS_KEY, SECRET_KEY).client();
    }

    static S3Server start(Path parent) throws IOException {
        S3Server server = new S3Server(parent);
        server.start();
        return server;
    }

    void start() {
        process = ServerProcess.java(
                folder,
                "s3",
                Map.of("LOG_LEVEL", "warn"),
                Built.archive("s3proxy.jar").toString(),
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of(
                        "org.gaul.s3proxy.Main",
                        "--properties",
                        folder.resolve("s3proxy.conf").toString()));
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            process.requireAlive();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    ServerProcess process() {
        return process;
    }

    S3Client client() {
        return client;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** The JDK's connections fail a request with a body when the server has just closed one; the connector sends none. */
    void put(String key, byte[] content) {
        await().pollDelay(Duration.ZERO)
                .ignoreException(UncheckedIOException.class)
                .until(() -> {
                    client.putObject(put -> put.bucket(BUCKET).key(key), RequestBody.fromBytes(content));
                    return true;
                });
    }

    List<String> keys() {
        return client.listObjectsV2(list -> list.bucket(BUCKET)).contents().stream()
                .map(object -> object.key())
                .toList();
    }

    Map<String, String> config(String prefix, String format) {
        Map<String, String> config = new HashMap<>(TaskDriver.config(Path.of("/"), format));
        config.put("location", "s3://" + BUCKET + "/" + prefix);
        config.put("s3.endpoint", url());
        config.put("s3.path.style", "true");
        config.put("s3.access.key", ACCESS_KEY);
        config.put("s3.secret.key", SECRET_KEY);
        return config;
    }

    @Override
    public void close() throws InterruptedException {
        client.close();
        process.close();
    }
}
