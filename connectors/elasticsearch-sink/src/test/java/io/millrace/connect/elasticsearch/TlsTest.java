package io.millrace.connect.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.millrace.connect.commons.FatalFailure;
import io.millrace.connect.commons.SinkFailure;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a TLS server that asks for a client's certificate. */
class TlsTest {

    private static final String PASSWORD = "secret";

    @TempDir
    static Path folder;

    private static HttpsServer server;

    @BeforeAll
    static void start() throws Exception {
        for (String name : List.of("server", "client")) {
            keytool(
                    "-genkeypair",
                    "-alias",
                    name,
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=" + name,
                    "-ext",
                    "san=ip:127.0.0.1",
                    "-keystore",
                    name + ".p12");
            keytool("-exportcert", "-rfc", "-alias", name, "-file", name + ".pem", "-keystore", name + ".p12");
        }
        keytool("-importcert", "-noprompt", "-alias", "client", "-file", "client.pem", "-keystore", "trusted.p12");
        keytool("-importcert", "-noprompt", "-alias", "server", "-file", "server.pem", "-keystore", "server-ca.p12");
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store("server.p12"), PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store("trusted.p12"));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters needed = context.getDefaultSSLParameters();
                needed.setNeedClientAuth(true);
                parameters.setSSLParameters(needed);
            }
        });
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    @Test
    void aClientWithItsCertificateIsLetInAndTrustsThePemFile() {
        assertThatCode(() -> ping(Map.of(
                        "tls.truststore.location", file("server.pem"),
                        "tls.keystore.location", file("client.p12"),
                        "tls.keystore.password", PASSWORD)))
                .doesNotThrowAnyException();
    }

    @Test
    void aTrustStoreWithAPasswordServesAsWell() {
        assertThatCode(() -> ping(Map.of(
                        "tls.truststore.location",
                        file("server-ca.p12"),
                        "tls.truststore.password",
                        PASSWORD,
                        "tls.keystore.location",
                        file("client.p12"),
                        "tls.keystore.password",
                        PASSWORD)))
                .doesNotThrowAnyException();
    }

    @Test
    void aServerThatIsNotTrustedFailsTheTaskWithTheKeyToLookAt() {
        assertThatThrownBy(() -> ping(Map.of()))
                .isInstanceOfSatisfying(FatalFailure.class, failure -> assertThat(failure.setting())
                        .contains("tls.truststore.location"));
    }

    @Test
    void aClientWithoutACertificateIsNotLetIn() {
        assertThatThrownBy(() -> ping(Map.of("tls.truststore.location", file("server.pem"))))
                .isInstanceOf(SinkFailure.class);
    }

    @Test
    void aFileThatCannotBeReadIsReportedWithItsKey() {
        assertThatThrownBy(() -> ping(Map.of("tls.keystore.location", file("none.p12"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("tls.keystore.location");
        assertThatThrownBy(() -> ping(
                        Map.of("tls.truststore.location", file("server-ca.p12"), "tls.truststore.password", "wrong")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("tls.truststore.location");
    }

    private static void ping(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(more);
        properties.put(
                "elasticsearch.url", "https://127.0.0.1:" + server.getAddress().getPort());
        try (ElasticsearchClient client = new ElasticsearchClient(new ElasticsearchSinkConfig(properties))) {
            client.ping();
        }
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    private static KeyStore store(String name) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve(name))) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storepass", PASSWORD, "-storetype", "PKCS12"));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }
}
