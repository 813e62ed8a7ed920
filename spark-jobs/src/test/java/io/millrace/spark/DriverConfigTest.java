package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DriverConfigTest {

    @Test
    void anUnknownKeyIsRefusedWithTheNearestKnownOne() {
        assertThatThrownBy(() -> config(Map.of("state.tll", "1h")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("state.tll")
                .hasMessageContaining("did you mean state.ttl?");
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
    void sparksOwnSettingsPassThrough() {
        assertThat(config(Map.of("spark.local.dir", "/x", "cores", "1")).sparkSettings())
                .containsExactly(Map.entry("spark.local.dir", "/x"));
    }

    private static DriverConfig config(Map<String, String> entries) {
        return DriverConfig.of("test", entries, name -> name.equals("SECRET") ? "from the $environment" : null);
    }
}
