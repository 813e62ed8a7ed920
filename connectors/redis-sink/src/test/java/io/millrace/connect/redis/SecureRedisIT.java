package io.millrace.connect.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.commons.testing.Partition;
import io.millrace.testing.TlsFixture;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** TLS with and without a certificate of the client, ACL users, client name and RESP3. */
class SecureRedisIT {

    @TempDir
    static Path folder;

    private static TlsFixture served;
    private static TlsFixture client;
    private static RedisServer server;
    private static String tlsUri;

    private final Partition orders = new Partition("orders", 0);

    @BeforeAll
    static void startRedis() throws Exception {
        served = TlsFixture.create(folder, "server", "127.0.0.1");
        client = TlsFixture.create(folder, "client", "127.0.0.2");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        tlsUri = "rediss://127.0.0.1:" + port;
        server = RedisServer.start(
                folder,
                "--tls-port",
                "" + port,
                "--tls-cert-file",
                served.certificate().toString(),
                "--tls-key-file",
                served.key().toString(),
                "--tls-ca-cert-file",
                client.certificate().toString(),
                "--tls-auth-clients",
                "optional");
        try (Jedis redis = server.client()) {
            redis.aclSetUser(
                    "writer",
                    "on",
                    ">pw",
                    "~orders:*",
                    "~millrace:*",
                    "+multi",
                    "+exec",
                    "+discard",
                    "+watch",
                    "+unwatch",
                    "+info",
                    "+script",
                    "+eval",
                    "+evalsha",
                    "+del",
                    "+hset",
                    "+hget",
                    "+hmget",
                    "+pexpire",
                    "+hlen",
                    "+exists",
                    "+client");
        }
    }

    @AfterAll
    static void stopRedis() {
        server.close();
    }

    @Test
    void aServerWhoseCertificateIsTrustedIsUsedWithEveryFormOfTrustStore() {
        for (String truststore :
                List.of(served.certificate().toString(), served.keystore().toString())) {
            try (Jedis redis = server.client();
                    Sink sink = new Sink(tlsUri, tls(truststore), orders)) {
                orders.append("k", Map.of("n", orders.end()));
                sink.drain();
                assertThat(redis.hget("orders:k", "n")).isEqualTo("" + (orders.end() - 1));
                assertThat(redis.clientList()).contains("name=sink");
            }
        }
    }

    @Test
    void aServerThatIsNotTrustedOrHasAnotherNameIsRefused() {
        assertThat(errors(Map.of("redis.uri", tlsUri))).containsOnlyKeys("redis.uri");
        assertThat(errors(tls(served.certificate().toString(), "redis.uri", tlsUri.replace("127.0.0.1", "localhost"))))
                .containsOnlyKeys("redis.uri");
        assertThat(errors(tls(
                        served.certificate().toString(),
                        "redis.uri",
                        tlsUri.replace("127.0.0.1", "localhost"),
                        "tls.hostname.verification",
                        "false")))
                .isEmpty();
    }

    @Test
    void aServerThatWantsACertificateOfTheClientGetsIt() {
        try (Jedis redis = server.client()) {
            redis.configSet("tls-auth-clients", "yes");
            assertThat(errors(tls(served.certificate().toString(), "redis.uri", tlsUri)))
                    .containsOnlyKeys("redis.uri");
            for (String keystore :
                    List.of(client.both().toString(), client.keystore().toString())) {
                assertThat(errors(tls(
                                served.certificate().toString(),
                                "redis.uri",
                                tlsUri,
                                "tls.keystore.location",
                                keystore,
                                "tls.keystore.password",
                                TlsFixture.PASSWORD)))
                        .isEmpty();
            }
        } finally {
            try (Jedis redis = server.client()) {
                redis.configSet("tls-auth-clients", "optional");
            }
        }
    }

    @Test
    void filesThatCannotBeUsedAreErrorsOfTheirKeys() {
        assertThat(errors(tls(folder.resolve("none.pem").toString(), "redis.uri", tlsUri)))
                .containsOnlyKeys("tls.truststore.location");
        assertThat(errors(tls(
                        served.certificate().toString(),
                        "redis.uri",
                        tlsUri,
                        "tls.keystore.location",
                        client.certificate().toString())))
                .containsOnlyKeys("tls.keystore.location");
        assertThat(errors(tls(served.certificate().toString()))).containsOnlyKeys("redis.uri");
    }

    @Test
    void aUserWithJustThePermissionsOfTheModeIsEnough() {
        Map<String, String> user =
                Map.of("redis.username", "writer", "redis.password", "pw", "redis.protocol", "resp3");
        assertThat(errors(user)).isEmpty();
        try (Jedis redis = server.client();
                Sink sink = new Sink(server.uri(), user, orders)) {
            orders.append("acl", Map.of("n", 1));
            sink.drain();
            assertThat(redis.hget("orders:acl", "n")).isEqualTo("1");
        }
    }

    @Test
    void aMissingPermissionIsAnErrorOfTheUserAndNamesTheCommand() {
        Map<String, String> list = Map.of(
                "redis.username",
                "writer",
                "redis.password",
                "pw",
                "write.mode",
                "list",
                "key.template",
                "orders:${key}");
        assertThat(errors(list))
                .containsOnlyKeys("redis.username")
                .hasEntrySatisfying("redis.username", messages -> assertThat(messages.toString())
                        .contains("RPUSH"));
        Map<String, String> elsewhere =
                Map.of("redis.username", "writer", "redis.password", "pw", "key.template", "other:${key}");
        assertThat(errors(elsewhere)).containsOnlyKeys("redis.username");
        orders.append("k", "x");
        assertThatThrownBy(() -> new Sink(server.uri(), list, orders))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("RPUSH");
    }

    @Test
    void topicsOfAPatternAreNotRefusedForAKeyThatNoneOfThemHas() {
        Map<String, String> pattern = new HashMap<>(
                Map.of("topics", "", "topics.regex", "orders.*", "redis.username", "writer", "redis.password", "pw"));
        assertThat(errors(pattern)).isEmpty();
        try (Jedis redis = server.client();
                Sink sink = new Sink(server.uri(), pattern, orders)) {
            orders.append("pattern", Map.of("n", 1));
            sink.drain();
            assertThat(redis.hget("orders:pattern", "n")).isEqualTo("1");
        }
        pattern.put("score.field.orders", "n");
        pattern.put("write.mode.orders", "sorted_set");
        assertThat(errors(pattern)).containsOnlyKeys("redis.username");
        pattern.put("write.mode.orders", "hash");
        pattern.put("write.mode", "json");
        assertThat(errors(pattern)).containsOnlyKeys("write.mode");
    }

    @Test
    void aModeThatTheServerLacksIsAnErrorOfTheModeWithAWayOut() {
        assertThat(errors(Map.of("write.mode.orders", "json")))
                .containsOnlyKeys("write.mode.orders")
                .hasEntrySatisfying("write.mode.orders", messages -> assertThat(messages.toString())
                        .contains("JSON.SET")
                        .contains("write mode string"));
    }

    @Test
    void settingsThatDoNotFitTheModeAreErrorsOfTheKeyToSet() {
        assertThat(errors(Map.of("write.mode.orders", "sorted_set"))).containsOnlyKeys("score.field");
        assertThat(errors(Map.of("key.template.orders", "all"))).containsOnlyKeys("key.template.orders");
        assertThat(errors(Map.of("write.mode.orders", "hashes"))).containsOnlyKeys("write.mode.orders");
        assertThat(errors(Map.of("redis.sentinel.master", "main"))).containsOnlyKeys("redis.sentinel.master");
    }

    private static Map<String, String> tls(String truststore, String... more) {
        Map<String, String> properties = new HashMap<>(
                Map.of("tls.truststore.location", truststore, "tls.truststore.password", TlsFixture.PASSWORD));
        for (int i = 0; i < more.length; i += 2) {
            properties.put(more[i], more[i + 1]);
        }
        return properties;
    }

    private static Map<String, List<String>> errors(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "name",
                "sink",
                "connector.class",
                RedisSinkConnector.class.getName(),
                "topics",
                "orders",
                "redis.uri",
                server.uri()));
        properties.putAll(more);
        Map<String, List<String>> errors = new TreeMap<>();
        new RedisSinkConnector()
                .validate(properties).configValues().stream()
                        .filter(value -> !value.errorMessages().isEmpty())
                        .forEach(value -> errors.put(value.name(), value.errorMessages()));
        return errors;
    }
}
