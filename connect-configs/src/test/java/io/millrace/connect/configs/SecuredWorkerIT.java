package io.millrace.connect.configs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.configs.servers.ConnectWorker;
import io.millrace.connect.configs.servers.KafkaServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that wants TLS, a client certificate, a user and a password. */
class SecuredWorkerIT {
    private static final String SECRET = "store-5ecret";
    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(20));

    @TempDir
    static Path folder;

    private static KafkaServer kafka;
    private static ConnectWorker worker;
    private static SSLContext context;

    @BeforeAll
    static void start() throws Exception {
        keytool("server", "CN=connect", "SAN=ip:127.0.0.1");
        keytool("client", "CN=operator", "SAN=dns:operator");
        keytool("other", "CN=other", "SAN=dns:other.example");
        run(
                "-importcert",
                "-noprompt",
                "-alias",
                "client",
                "-file",
                file("client.pem"),
                "-keystore",
                file("clients.p12"),
                "-storepass",
                SECRET,
                "-storetype",
                "PKCS12");
        Files.writeString(folder.resolve("users.properties"), "operator=right-5ecret\n");
        Path jaas = Files.writeString(
                folder.resolve("jaas.conf"),
                """
                KafkaConnect {
                    org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule required file="%s";
                };
                """
                        .formatted(folder.resolve("users.properties")));
        kafka = new KafkaServer(folder);
        worker = ConnectWorker.secured(
                folder,
                kafka,
                """
                rest.extension.classes=org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension
                listeners.https.ssl.keystore.type=PKCS12
                listeners.https.ssl.keystore.location=%1$s
                listeners.https.ssl.keystore.password=%2$s
                listeners.https.ssl.key.password=%2$s
                listeners.https.ssl.truststore.type=PKCS12
                listeners.https.ssl.truststore.location=%3$s
                listeners.https.ssl.truststore.password=%2$s
                listeners.https.ssl.client.auth=required
                """
                        .formatted(folder.resolve("server.p12"), SECRET, folder.resolve("clients.p12")),
                "-Djava.security.auth.login.config=" + jaas);
        context = context("server.pem", "client.p12");
        worker.awaitReady(client(address().withTls(context).withUser("operator", "right-5ecret")));
    }

    @AfterAll
    static void stop() throws Exception {
        if (worker != null) {
            worker.close();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    @Test
    void whoHasEverythingIsServed() {
        ConnectClient client = client(address().withTls(context).withUser("operator", "right-5ecret"));
        assertThat(client.isHealthy()).isTrue();
        assertThat(client.worker().version()).isNotBlank();
        assertThat(client.worker().clusterId()).isNotBlank();
        assertThat(client.connectorClasses()).contains("org.apache.kafka.connect.file.FileStreamSinkConnector");
    }

    @Test
    void keysAndCertificatesMayBePemFiles() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(folder.resolve("client.p12"))) {
            store.load(in, SECRET.toCharArray());
        }
        PrivateKey key = (PrivateKey) store.getKey("client", SECRET.toCharArray());
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        Files.writeString(
                folder.resolve("client-key.pem"),
                "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n"
                        + Files.readString(folder.resolve("client.pem")));
        SSLContext pem = TlsFiles.context(
                Optional.of(folder.resolve("server.pem")),
                Optional.empty(),
                Optional.of(folder.resolve("client-key.pem")),
                Optional.empty());
        assertThat(client(address().withTls(pem).withUser("operator", "right-5ecret"))
                        .worker()
                        .version())
                .isNotBlank();
    }

    @Test
    void aTruststoreMayBePkcs12AndItsPasswordHasToBeRight() throws Exception {
        run(
                "-importcert",
                "-noprompt",
                "-alias",
                "server",
                "-file",
                file("server.pem"),
                "-keystore",
                file("trust.p12"),
                "-storepass",
                SECRET,
                "-storetype",
                "PKCS12");
        SSLContext trusting = TlsFiles.context(
                Optional.of(folder.resolve("trust.p12")),
                Optional.of(SECRET),
                Optional.of(folder.resolve("client.p12")),
                Optional.of(SECRET));
        assertThat(client(address().withTls(trusting).withUser("operator", "right-5ecret"))
                        .connectors())
                .isEmpty();
        assertThatThrownBy(() -> TlsFiles.context(
                        Optional.of(folder.resolve("trust.p12")),
                        Optional.of("wrong-5ecret"),
                        Optional.empty(),
                        Optional.empty()))
                .isInstanceOf(DeclarationException.class)
                .hasMessageContaining("trust.p12")
                .hasMessageNotContaining("wrong-5ecret");
    }

    @Test
    void aWrongPasswordAndNoneAreToldApart() {
        assertThatThrownBy(() -> client(address().withTls(context).withUser("operator", "wrong-5ecret"))
                        .connectors())
                .isInstanceOf(ConnectRestException.class)
                .hasMessageContaining("user or password is wrong")
                .hasMessageNotContaining("wrong-5ecret")
                .matches(failure -> ((ConnectRestException) failure).status() == 401);
        assertThatThrownBy(() -> client(address().withTls(context)).connectors())
                .hasMessageContaining("asks for a user and a password");
    }

    @Test
    void aCertificateThatNobodyTrustsIsNamedAsTheReason() {
        SSLContext distrusting = context("other.pem", "client.p12");
        assertThatThrownBy(() -> client(address().withTls(distrusting)).connectors())
                .hasMessageContaining("certificate is not trusted")
                .hasMessageContaining("truststore");
    }

    @Test
    void theNameInTheCertificateIsChecked() {
        ConnectAddress byName =
                ConnectAddress.of("https://localhost:" + worker.port()).withTls(context);
        assertThatThrownBy(() -> client(byName).connectors())
                .hasMessageContaining("its certificate is for another host");
    }

    @Test
    void aMissingClientCertificateIsNamedAsTheReason() {
        SSLContext anonymous = TlsFiles.context(
                Optional.of(folder.resolve("server.pem")), Optional.empty(), Optional.empty(), Optional.empty());
        assertThatThrownBy(() -> client(address().withTls(anonymous)).connectors())
                .hasMessageContaining("client certificate")
                .hasMessageContaining("keystore");
    }

    @Test
    void plainHttpToATlsPortSaysWhatToChange() {
        assertThatThrownBy(() -> client(ConnectAddress.of("http://127.0.0.1:" + worker.port()))
                        .connectors())
                .isInstanceOf(ConnectRestException.class)
                .hasMessageContaining("TLS");
    }

    private static ConnectAddress address() {
        return ConnectAddress.of("https://127.0.0.1:" + worker.port());
    }

    private static ConnectClient client(ConnectAddress address) {
        return new ConnectClient(address, PATIENCE);
    }

    private static SSLContext context(String trusted, String own) {
        return TlsFiles.context(
                Optional.of(folder.resolve(trusted)),
                Optional.empty(),
                Optional.of(folder.resolve(own)),
                Optional.of(SECRET));
    }

    /** A key with a certificate of its own signature in NAME.p12, and the certificate in NAME.pem. */
    private static void keytool(String name, String subject, String alternative) throws Exception {
        run(
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "RSA",
                "-dname",
                subject,
                "-ext",
                alternative,
                "-validity",
                "2",
                "-keystore",
                file(name + ".p12"),
                "-storepass",
                SECRET,
                "-storetype",
                "PKCS12");
        run(
                "-exportcert",
                "-rfc",
                "-alias",
                name,
                "-keystore",
                file(name + ".p12"),
                "-storepass",
                SECRET,
                "-file",
                file(name + ".pem"));
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    private static void run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }
}
