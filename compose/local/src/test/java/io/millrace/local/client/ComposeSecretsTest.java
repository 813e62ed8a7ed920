package io.millrace.local.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.configs.environment.Environment;
import io.millrace.local.stack.StackException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComposeSecretsTest {
    private static final Path ENVIRONMENT =
            Path.of("../../connect-configs/environments/compose.yaml").toAbsolutePath();
    private static final Set<String> ACCOUNTS = Set.of(
            "control",
            "connect",
            "connectors",
            "web-http",
            "shop-cdc",
            "serving-redis",
            "serving-elasticsearch",
            "spark-serving",
            "spark-lake",
            "reader");

    @TempDir
    private static Path folder;

    @BeforeAll
    static void write() throws IOException {
        Files.writeString(
                folder.resolve("postgres.env"),
                "POSTGRES_PASSWORD=open-1\nREGISTRY_PASSWORD=open-2\nREPORTING_PASSWORD=open-3\nSHOP_CDC_PASSWORD=open-4\n");
        Files.writeString(folder.resolve("s3.env"), "S3PROXY_IDENTITY=open-5\nS3PROXY_CREDENTIAL=open-6\n");
        ComposeSecretsCommand.write(folder, ENVIRONMENT);
    }

    @Test
    void eachContainerFindsTheSecretsThatItNeedsAndNoneOfAnothers() throws IOException {
        Map<String, Set<String>> expected = new TreeMap<>();
        expected.put("kafka", Set.of("key of kafka"));
        Set<String> accounts = new TreeSet<>(Set.of(
                "keystore.password", "key of kafka", "security/accounts/keystore.p12", "security/registry-tokens.key"));
        ACCOUNTS.forEach(account -> accounts.add("kafka." + account + ".password"));
        expected.put("accounts", accounts);
        expected.put(
                "postgres",
                Set.of(
                        "key of postgres",
                        "postgres.password",
                        "registry.password",
                        "reporting.password",
                        "shop.cdc.password"));
        expected.put("registry", Set.of("key of registry", "registry.password", "token of reader"));
        expected.put("redis", Set.of("key of redis"));
        expected.put("elasticsearch", Set.of("key of elasticsearch", "login reader elasticsearch.reader.password"));
        expected.put("s3", Set.of("security/s3/keystore.p12", "keystore.password", "s3.access.key", "s3.secret.key"));
        expected.put(
                "connect",
                Set.of(
                        "security/connect/keystore.p12",
                        "key of http-source",
                        "keystore.password",
                        "kafka.connect.password",
                        "kafka.connectors.password",
                        "kafka.web-http.password",
                        "kafka.shop-cdc.password",
                        "kafka.serving-redis.password",
                        "kafka.serving-elasticsearch.password",
                        "http.write.key",
                        "personal.data.key",
                        "shop.cdc.password",
                        "redis.sink.password",
                        "elasticsearch.sink.password",
                        "mqtt.password",
                        "reporting.password",
                        "s3.access.key",
                        "s3.secret.key",
                        "connect.password",
                        "login control connect.password"));
        expected.put("edge", Set.of("key of edge", "login control connect.password"));
        expected.put("apply", Set.of("kafka.control.password", "connect.password", "token of control"));
        expected.put("spark-master", Set.of("spark.secret"));
        expected.put(
                "spark-worker",
                Set.of(
                        "spark.secret",
                        "kafka.spark-serving.password",
                        "kafka.spark-lake.password",
                        "token of spark-serving",
                        "token of spark-lake"));
        for (String driver : List.of("spark-serving", "spark-lake")) {
            expected.put(
                    driver,
                    Set.of(
                            "security/" + driver + "/keystore.p12",
                            "keystore.password",
                            "driver.token",
                            "spark.secret",
                            "s3.access.key",
                            "s3.secret.key",
                            "kafka." + driver + ".password",
                            "token of " + driver));
        }
        Map<String, Set<String>> found = new TreeMap<>();
        Map<String, String> secrets = secrets();
        try (Stream<Path> services = Files.list(folder.resolve("mounted"))) {
            for (Path service : services.toList()) {
                found.put(service.getFileName().toString(), in(service, secrets));
            }
        }
        assertThat(found).containsExactlyInAnyOrderEntriesOf(expected);
    }

    @Test
    void whatBothStacksHaveIsTheSameAndASecondRunChangesNothing() throws IOException {
        Properties before = properties();
        assertThat(before)
                .containsEntry("postgres.password", "open-1")
                .containsEntry("shop.cdc.password", "open-4")
                .containsEntry("s3.secret.key", "open-6");
        Path certificate = folder.resolve("mounted/redis/security/redis/certificate.pem");
        String issued = Files.readString(certificate);
        ComposeSecretsCommand.write(folder, ENVIRONMENT);
        assertThat(properties()).isEqualTo(before);
        assertThat(Files.readString(certificate)).isEqualTo(issued);
    }

    @Test
    void nobodyElseOnThisMachineCanReachWhatIsMounted() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("mounted/redis/redis.conf"))))
                .as("read by users that only the container has")
                .isEqualTo("rw-r--r--");
    }

    @Test
    void theEnvironmentIsThatOfTheOpenStackWithAccounts() {
        Environment environment = Environment.read(folder.resolve("mounted/apply/compose.yaml"), name -> null);
        assertThat(environment.connectorOverrides()).doesNotContainKey("probe-mqtt");
        assertThat(environment.connectorOverrides().get("web-http"))
                .containsEntry("host", "0.0.0.0")
                .containsEntry("producer.override.sasl.jaas.config", "${dir:/run/secrets/secrets/web-http:kafka.jaas}");
        assertThat(environment.connectorOverrides().get("shop-cdc"))
                .containsEntry("database.hostname", "postgres")
                .containsEntry("database.sslmode", "verify-full");
    }

    @Test
    void aDriversSettingsThatKafkaResolvesReferToFilesAlone() throws IOException {
        Properties settings = new Properties();
        try (var in = Files.newInputStream(folder.resolve("mounted/spark-lake/driver.properties"))) {
            settings.load(in);
        }
        assertThat(settings).containsEntry("kafka.bootstrap.servers", "kafka:9092");
        settings.forEach((key, value) -> {
            if (key.toString().startsWith("kafka.")) {
                assertThat(value.toString()).as(key.toString()).doesNotContain("${env:", "${file:");
            }
        });
    }

    @Test
    void withoutThePasswordsOfMakeSecretsItSaysWhatToRun(@TempDir Path empty) throws IOException {
        Files.copy(folder.resolve("postgres.env"), empty.resolve("postgres.env"));
        assertThatThrownBy(() -> ComposeSecretsCommand.write(empty, ENVIRONMENT))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("s3.env")
                .hasMessageContaining("make-secrets");
    }

    private static Set<String> in(Path service, Map<String, String> secrets) throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(service)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = service.relativize(file).toString();
                if (name.endsWith(".p12") || name.endsWith("registry-tokens.key")) {
                    found.add(name);
                }
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                secrets.forEach((secret, value) -> {
                    if (text.contains(value)) {
                        found.add(secret);
                    }
                });
            }
        }
        return found;
    }

    /** By name, every value that somebody could use. */
    private static Map<String, String> secrets() throws IOException {
        Map<String, String> secrets = new HashMap<>();
        properties().forEach((name, value) -> secrets.put(name.toString(), value.toString()));
        for (String login : List.of("reader elasticsearch.reader.password", "control connect.password")) {
            String[] parts = login.split(" ");
            secrets.put("login " + login, base64(parts[0] + ":" + secrets.get(parts[1])));
        }
        try (Stream<Path> files = Files.walk(folder.resolve("security"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String owner = file.getParent().getFileName().toString();
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                if (file.endsWith("registry.token")) {
                    secrets.put("token of " + owner, text);
                } else if (file.endsWith("key.pem") || file.endsWith("ca.key")) {
                    // Its second line tells it from every other.
                    secrets.put(
                            "key of " + owner, text.lines().skip(2).findFirst().orElseThrow());
                }
            }
        }
        assertThat(secrets).containsKeys("key of security", "key of redis", "token of control");
        return secrets;
    }

    private static String base64(String text) {
        return java.util.Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Properties properties() throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newInputStream(folder.resolve("secrets.properties"))) {
            properties.load(in);
        }
        return properties;
    }
}
