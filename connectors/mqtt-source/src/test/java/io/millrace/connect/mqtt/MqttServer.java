package io.millrace.connect.mqtt;

import static org.awaitility.Awaitility.await;

import io.millrace.testing.Built;
import io.millrace.testing.Ports;
import io.millrace.testing.ServerProcess;
import io.millrace.testing.TlsFixture;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A real broker, HiveMQ, on a free port. It can be killed and started again; its data stays in its folder. */
final class MqttServer implements AutoCloseable {
    static final String USER = "sensor";
    static final String PASSWORD = "correct horse";

    private final int port = Ports.free();
    private final int tlsPort = Ports.free();
    private final Path folder;
    private final Map<String, String> environment;
    private ServerProcess process;

    private MqttServer(
            Path parent, Map<String, String> environment, Optional<TlsFixture> tls, boolean clientCertificate)
            throws IOException {
        this.folder = Files.createDirectories(parent.resolve("mqtt-" + port).toAbsolutePath());
        this.environment = environment;
        Files.writeString(
                folder.resolve("config.xml"),
                """
                <?xml version="1.0"?>
                <hivemq>
                  <listeners>
                    <tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener>
                    %s
                  </listeners>
                  <mqtt><queued-messages><max-queue-size>1000000</max-queue-size></queued-messages></mqtt>
                  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                </hivemq>
                """
                        .formatted(
                                port,
                                tls.map(one -> tlsListener(one, clientCertificate))
                                        .orElse("")));
    }

    /** A broker that everybody may use. */
    static MqttServer start(Path parent) throws IOException {
        return started(new MqttServer(parent, Map.of(), Optional.empty(), false));
    }

    /** A broker that asks for {@link #USER} and {@link #PASSWORD}, and also listens for TLS with a certificate. */
    static MqttServer secured(Path parent, TlsFixture tls, boolean clientCertificate) throws IOException {
        return started(new MqttServer(
                parent, Map.of("MQTT_USER", USER, "MQTT_PASSWORD", PASSWORD), Optional.of(tls), clientCertificate));
    }

    private static MqttServer started(MqttServer server) {
        server.start();
        return server;
    }

    void start() {
        process = ServerProcess.java(
                folder,
                "broker",
                environment,
                jar() + File.pathSeparator + classPath(),
                List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of("io.millrace.mqtt.MqttBroker", folder.toString()));
        await().atMost(Duration.ofSeconds(120)).until(() -> {
            process.requireAlive();
            return listens();
        });
    }

    ServerProcess process() {
        return process;
    }

    int port() {
        return port;
    }

    String url() {
        return "mqtt://127.0.0.1:" + port;
    }

    String tlsUrl() {
        return "mqtts://127.0.0.1:" + tlsPort;
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private String tlsListener(TlsFixture tls, boolean clientCertificate) {
        String trust =
                """
                <truststore><path>%s</path><password>%s</password></truststore>
                <client-authentication-mode>REQUIRED</client-authentication-mode>
                """
                        .formatted(tls.keystore(), TlsFixture.PASSWORD);
        return """
               <tls-tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address><tls>
                 <keystore><path>%s</path><password>%s</password><private-key-password>%s</private-key-password></keystore>
                 %s
               </tls></tls-tcp-listener>
               """
                .formatted(
                        tlsPort,
                        tls.keystore(),
                        TlsFixture.PASSWORD,
                        TlsFixture.PASSWORD,
                        clientCertificate ? trust : "");
    }

    private static Path jar() {
        try (Stream<Path> files = Files.list(target())) {
            return files.filter(file -> file.getFileName().toString().endsWith("SNAPSHOT.jar"))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String classPath() {
        try {
            return Files.readString(target().resolve("runtime.classpath")).strip();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Path target() {
        return Built.checkout().resolve("compose/runtimes/mqtt/target");
    }
}
