package io.millrace.connect.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Ports;
import io.millrace.testing.TlsFixture;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the validation says of a configuration, and to a broker with passwords and certificates. */
@Timeout(180)
class ValidationIT {
    @TempDir
    static Path folder;

    private static TlsFixture certificate;
    private static TlsFixture stranger;
    private static MqttServer broker;

    private final MqttSourceConnector connector = new MqttSourceConnector();
    private Map<String, String> config;

    @BeforeAll
    static void start() throws Exception {
        certificate = TlsFixture.create(folder, "broker", "127.0.0.1");
        stranger = TlsFixture.create(folder, "stranger", "127.0.0.1");
        broker = MqttServer.secured(folder, certificate, true);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        broker.close();
    }

    @BeforeEach
    void config() {
        config = TaskDriver.config(broker.url(), "devices/#");
        config.put("mqtt.username", MqttServer.USER);
        config.put("mqtt.password", MqttServer.PASSWORD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void aConfigurationThatTheBrokerTakesIsWell(String version) {
        config.put("mqtt.version", version);
        config.put("tasks.max", "4");
        assertThat(errors()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void aWrongPasswordIsFoundAtItsKeyAndNotShown(String version) {
        config.put("mqtt.version", version);
        config.put("mqtt.password", "wrong-secret");
        assertThat(errors()).containsOnlyKeys("mqtt.password");
        assertThat(errors().toString()).contains("does not know this user").doesNotContain("wrong-secret");
    }

    @Test
    void aBrokerThatDoesNotAnswerIsFoundAtTheAddressAndCanBeAccepted() {
        config.put("mqtt.uri", "mqtt://127.0.0.1:" + Ports.free());
        assertThat(errors()).containsOnlyKeys("mqtt.uri");
        assertThat(errors().toString()).contains("cannot be reached", "connection.check=false");
        config.put("connection.check", "false");
        assertThat(errors()).isEmpty();
    }

    @Test
    void mutualTlsWithPasswordWorksFromValidationToRecords() throws Exception {
        tls(certificate, certificate);
        assertThat(errors()).isEmpty();
        Map<Map<String, ?>, Map<String, Object>> offsets = new HashMap<>();
        config.put("mqtt.status.topic", "devices/status");
        try (TaskDriver task = new TaskDriver(config, offsets)) {
            // The task's own status comes back by its subscription.
            SourceRecord record = task.fetch(1).get(0);
            assertThat(TaskDriver.value(record)).isEqualTo("online");
            assertThat(record.key()).isEqualTo("devices/status/0");
        }
    }

    @Test
    void aBrokerWithAnUnknownCertificateIsFoundAtTheTrustStore() {
        tls(stranger, certificate);
        assertThat(errors()).containsOnlyKeys("tls.truststore.location");
        assertThat(errors().toString()).contains("TLS with the broker fails");
    }

    @Test
    void aClientWithoutTheCertificateThatIsAskedForIsRefused() {
        tls(certificate, null);
        assertThat(errors()).hasSize(1);
        assertThat(errors().keySet()).containsAnyOf("mqtt.uri", "tls.truststore.location");
    }

    @Test
    void anAuthorizationThatIsTakenAwayFailsTheTaskWithOneSentence() throws Exception {
        config.put("mqtt.password", "changed");
        try (TaskDriver task = new TaskDriver(config, new HashMap<>())) {
            org.awaitility.Awaitility.await()
                    .atMost(java.time.Duration.ofSeconds(60))
                    .untilAsserted(() -> org.assertj.core.api.Assertions.assertThatThrownBy(task.task()::poll)
                            .hasMessageContaining("mqtt.password")
                            .hasMessageContaining("correct mqtt.username or mqtt.password"));
        }
    }

    @Test
    void keysThatDoNotGoTogetherAreFoundWithoutABroker() {
        config.put("connection.check", "false");
        config.put("receive.maximum", "10000");
        config.put("contract", "iot.readings");
        config.put("mqtt.topic", "x");
        config.put("tls.truststore.location", certificate.certificate().toString());
        assertThat(errors()).containsOnlyKeys("max.in.flight.bytes", "contract", "mqtt.topic", "mqtt.uri");
        assertThat(errors().get("mqtt.topic").toString()).contains("did you mean mqtt.topics?");
        assertThat(errors().get("max.in.flight.bytes").toString()).contains("at least 2621440000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"$share/g/a", "a/#/b", "a+"})
    void aFilterThatIsNoneIsRefused(String filter) {
        config.put("mqtt.topics", filter);
        assertThat(errors()).containsOnlyKeys("mqtt.topics");
    }

    @Test
    void credentialsInTheAddressAreRefusedAndNotShown() {
        config.put("mqtt.uri", "mqtt://me:hush@127.0.0.1");
        assertThat(errors()).containsOnlyKeys("mqtt.uri");
        assertThat(errors().toString()).contains("mqtt.password").doesNotContain("hush");
    }

    private void tls(TlsFixture trusted, TlsFixture own) {
        config.put("mqtt.uri", broker.tlsUrl());
        config.put("tls.truststore.location", trusted.certificate().toString());
        if (own != null) {
            config.put("tls.keystore.location", own.both().toString());
        }
    }

    private Map<String, List<String>> errors() {
        Map<String, List<String>> errors = new TreeMap<>();
        for (ConfigValue value : connector.validate(config).configValues()) {
            if (!value.errorMessages().isEmpty()) {
                errors.put(value.name(), value.errorMessages());
            }
        }
        return errors;
    }
}
