package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriverConfigTest {

    @Test
    void anUnknownKeyIsRefusedWithTheNearestKnownOne() {
        assertThatThrownBy(() -> config(Map.of("state.tll", "1h")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("state.tll")
                .hasMessageContaining("did you mean state.ttl?");
    }

    @Test
    void aStoreOfStateThatDoesNotExistIsRefusedWithTheNearestOne() {
        assertThat(config(Map.of()).stateStore()).isEmpty();
        assertThat(config(Map.of("state.store", "memory")).stateStore()).contains(StateStore.MEMORY);
        assertThatThrownBy(() -> config(Map.of("state.store", "rockdb")).stateStore())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("did you mean rocksdb?");
    }

    @Test
    void aReferenceStandsForAnEnvironmentVariable() {
        assertThat(config(Map.of("s3.secret.key", "${env:SECRET}")).require("s3.secret.key"))
                .isEqualTo("from the $environment");
    }

    @Test
    void anUnsetVariableIsNamed() {
        assertThatThrownBy(() -> config(Map.of("s3.secret.key", "${env:ABSENT}")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("s3.secret.key")
                .hasMessageContaining("ABSENT");
    }

    @Test
    void durationsTakeUnitsWithAndWithoutSpace() {
        assertThat(config(Map.of()).duration("trigger.serving")).isEqualTo(Duration.ofMillis(500));
        assertThat(config(Map.of("state.ttl", "2d")).duration("state.ttl")).isEqualTo(Duration.ofDays(2));
        assertThatThrownBy(() -> config(Map.of("state.ttl", "soon")).duration("state.ttl"))
                .hasMessageContaining("state.ttl must be a number and a unit");
    }

    @Test
    void aMissingKeyIsNamedOnlyWhenItIsNeeded() {
        DriverConfig config = config(Map.of());
        assertThat(config.find("geo.country.mmdb")).isEmpty();
        assertThatThrownBy(() -> config.require("geo.country.mmdb"))
                .hasMessageContaining("geo.country.mmdb is missing");
    }

    @Test
    void aReferenceStandsForAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "from a $file\n");
        assertThat(config(Map.of("s3.secret.key", "${file:" + file + "}")).require("s3.secret.key"))
                .isEqualTo("from a $file");
        assertThatThrownBy(() -> config(Map.of("s3.secret.key", "${file:/nowhere/key}")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("s3.secret.key")
                .hasMessageContaining("/nowhere/key");
    }

    @Test
    void settingsOfKafkaReachEveryClientWithoutTheirPrefix() {
        DriverConfig config = config(Map.of(
                "kafka.bootstrap.servers", "broker:9093",
                "kafka.security.protocol", "SASL_SSL",
                "kafka.sasl.jaas.config", "login ${env:SECRET}"));
        assertThat(config.kafkaOptions())
                .containsEntry("kafka.bootstrap.servers", "broker:9093")
                .containsEntry("kafka.security.protocol", "SASL_SSL");
        assertThat(config.kafkaClient(Map.of("linger.ms", 5)))
                .containsOnly(
                        Map.entry("bootstrap.servers", "broker:9093"),
                        Map.entry("security.protocol", "SASL_SSL"),
                        Map.entry("sasl.jaas.config", "login from the $environment"),
                        Map.entry("linger.ms", 5));
    }

    @Test
    void whatKafkaResolvesItselfStaysAReference() {
        assertThat(config(Map.of(
                                "kafka.bootstrap.servers", "broker:9093",
                                "kafka.config.providers", "env",
                                "kafka.sasl.jaas.config", "${env:SECRET}"))
                        .kafkaClient(Map.of()))
                .containsEntry("sasl.jaas.config", "${env:SECRET}");
    }

    @Test
    void sparksOwnSettingsPassThrough() {
        assertThat(config(Map.of("spark.local.dir", "/x", "cores", "1")).sparkSettings())
                .containsExactly(Map.entry("spark.local.dir", "/x"));
    }

    private static DriverConfig config(Map<String, String> entries) {
        return DriverConfig.of("test", entries, name -> name.equals("SECRET") ? "from the $environment" : null);
    }

    @Test
    void aKeyThatNoKafkaClientHasIsAnErrorWithTheNearestOne() {
        assertThatThrownBy(() -> DriverConfig.of("driver", Map.of("kafka.botstrap", "x"), name -> null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("did you mean kafka.bootstrap.servers?");
    }
}
