package io.millrace.connect.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.commons.SinkFailure;
import io.millrace.connect.commons.testing.Partition;
import io.millrace.connect.commons.testing.RecordingContext;
import io.millrace.testing.TlsFixture;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Before an Elasticsearch that asks for a client's certificate and for an identity. */
class SecureElasticsearchIT {

    private static final String SECRET = "kept-in-a-safe-place";
    private static final String SERVICE = "elastic/fleet-server/test";

    @TempDir
    static Path folder;

    private static TlsFixture serverSide;
    private static TlsFixture clientSide;
    private static ElasticsearchServer server;

    @BeforeAll
    static void start() throws Exception {
        serverSide = TlsFixture.create(folder, "server", "127.0.0.1");
        clientSide = TlsFixture.create(folder, "client", "127.0.0.1");
        Map<String, String> files = Map.of(
                "server.crt",
                Files.readString(serverSide.certificate()),
                "server.key",
                Files.readString(serverSide.key()),
                "client.crt",
                Files.readString(clientSide.certificate()),
                "users",
                "writer:" + hash() + "\nreader:" + hash() + "\n",
                "users_roles",
                "writes:writer\nreads:reader\n",
                "service_tokens",
                SERVICE + ":" + hash() + "\n",
                // What the README says that the sink needs.
                "roles.yml",
                "writes:\n  cluster: [monitor]\n  indices:\n  - names: ['secure', 'millrace-ledger']\n"
                        + "    privileges: [create_index, manage, read, write]\n"
                        + "reads:\n  cluster: [monitor]\n  indices:\n  - names: ['*']\n    privileges: [read, view_index_metadata]\n");
        server = ElasticsearchServer.start(
                Files.createDirectory(folder.resolve("elasticsearch")),
                String.join(
                        "\n",
                        "xpack.security.enabled: true",
                        "xpack.security.autoconfiguration.enabled: false",
                        "xpack.security.http.ssl.enabled: true",
                        "xpack.security.http.ssl.key: server.key",
                        "xpack.security.http.ssl.certificate: server.crt",
                        "xpack.security.http.ssl.certificate_authorities: [client.crt]",
                        "xpack.security.http.ssl.client_authentication: required"),
                files,
                SecureElasticsearchIT::answers);
    }

    private static boolean answers(ElasticsearchServer starting) {
        Map<String, String> properties = properties(starting.port(), user("writer"));
        try (ElasticsearchClient client = new ElasticsearchClient(new ElasticsearchSinkConfig(properties))) {
            client.ping();
            return true;
        } catch (SinkFailure notYet) {
            return false;
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aUserWithTheRightsOfTheReadmeWritesDocumentsAndTheLedger() {
        Map<String, String> properties = properties(server.port(), user("writer"));
        assertThat(ConfigCheckTest.errors(properties)).isEmpty();
        RecordingContext context = new RecordingContext(true);
        Partition records = new Partition("secure", 0);
        ElasticsearchSinkTask task = started(properties, context, records);
        // One after the other, so that the first decides the mapping.
        for (Object value : List.of(1, "no number")) {
            records.append("of " + value, Map.of("n", value));
            records.drainUntil(task, context, () -> {
                records.commit(task, context);
                return records.committed() == records.end();
            });
        }
        task.stop();
        assertThat(context.deadLetters()).hasSize(1);
        try (ElasticsearchClient client = new ElasticsearchClient(new ElasticsearchSinkConfig(properties))) {
            assertThat(Json.object(client.get("/secure/_doc/of%201").body())).containsEntry("_source", Map.of("n", 1L));
            assertThat(client.get("/millrace-ledger/_doc/secure-to-es%7Csecure%7C0")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aUserWhoMayNotWriteFailsTheTaskWithASentence() {
        RecordingContext context = new RecordingContext(true);
        Partition records = new Partition("secure-other", 0);
        ElasticsearchSinkTask task = started(properties(server.port(), user("reader")), context, records);
        records.append("a", Map.of("n", 1));
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        records.turn(task, context, 10);
                    }
                })
                .isInstanceOf(ConnectException.class)
                .isNotInstanceOf(RetriableException.class)
                .hasMessageContaining("security_exception")
                .hasMessageContaining("check the user and password");
        task.stop();
    }

    @Test
    void aTokenLetsInAndWhatIsWrongIsRefusedWithItsKey() {
        assertThat(errors(Map.of("elasticsearch.bearer.token", token(SECRET)))).isEmpty();
        assertThat(errors(Map.of("elasticsearch.bearer.token", token("not-kept-in-a-safe-place"))))
                .containsOnlyKeys("elasticsearch.bearer.token");
        assertThat(errors(Map.of("elasticsearch.username", "writer", "elasticsearch.password", "guessed")))
                .containsOnlyKeys("elasticsearch.password");
        assertThat(errors(Map.of("elasticsearch.api.key", "aWQ6a2V5"))).containsOnlyKeys("elasticsearch.api.key");
        assertThat(errors(Map.of())).containsOnlyKeys("elasticsearch.password");
    }

    @Test
    void aClientWithoutACertificateOrWithoutTrustIsRefused() {
        Map<String, String> noCertificate = new HashMap<>(properties(server.port(), user("writer")));
        noCertificate.remove("tls.keystore.location");
        assertThat(ConfigCheckTest.errors(noCertificate)).hasSize(1);
        Map<String, String> noTrust = new HashMap<>(properties(server.port(), user("writer")));
        noTrust.remove("tls.truststore.location");
        assertThat(ConfigCheckTest.errors(noTrust)).containsOnlyKeys("tls.truststore.location");
    }

    private static Map<String, List<String>> errors(Map<String, String> identity) {
        return ConfigCheckTest.errors(properties(server.port(), identity));
    }

    private static ElasticsearchSinkTask started(
            Map<String, String> properties, RecordingContext context, Partition records) {
        ElasticsearchSinkTask task = new ElasticsearchSinkTask();
        task.initialize(context);
        task.start(properties);
        records.assign(task);
        return task;
    }

    private static Map<String, String> user(String name) {
        return Map.of("elasticsearch.username", name, "elasticsearch.password", SECRET);
    }

    private static Map<String, String> properties(int port, Map<String, String> identity) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "name", "secure-to-es",
                "topics", "secure",
                "elasticsearch.url", "https://127.0.0.1:" + port,
                "tls.truststore.location", serverSide.certificate().toString(),
                "tls.keystore.location", clientSide.both().toString(),
                "retry.backoff.max.ms", "50",
                "errors.tolerance", "all"));
        properties.putAll(identity);
        return properties;
    }

    /** As the server keeps passwords and tokens. */
    private static String hash() throws Exception {
        byte[] salt = new byte[32];
        Arrays.fill(salt, (byte) 7);
        int rounds = 1_000;
        byte[] hash = SecretKeyFactory.getInstance("PBKDF2withHMACSHA512")
                .generateSecret(new PBEKeySpec(SECRET.toCharArray(), salt, rounds, 256))
                .getEncoded();
        Base64.Encoder base64 = Base64.getEncoder();
        return "{PBKDF2}" + rounds + "$" + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    /** The token of a service account, as clients send it. */
    private static String token(String secret) {
        ByteArrayOutputStream token = new ByteArrayOutputStream();
        token.writeBytes(new byte[] {0, 1, 0, 1});
        token.writeBytes((SERVICE + ":" + secret).getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(token.toByteArray());
    }
}
