package io.millrace.connect.commons.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;

class ConnectorKeysTest {
    private final ConfigDef definition = new ConfigDef()
            .define("port", Type.INT, 1, Importance.HIGH, "")
            .define("max.request.bytes", Type.INT, 1, Importance.HIGH, "");
    private final ConnectorKeys keys = new ConnectorKeys(definition);

    @Test
    void aMistypedKeyIsRefusedWithTheOneThatWasMeant() {
        assertThat(keys.unknown("max.requets.bytes"))
                .contains("unknown key max.requets.bytes; did you mean max.request.bytes?");
    }

    @Test
    void aMistypedKeyOfConnectIsRefusedToo() {
        assertThat(keys.unknown("task.max")).contains("unknown key task.max; did you mean tasks.max?");
    }

    @Test
    void aKeyThatResemblesNothingIsRefusedWithTheListOfTheKnownOnes() {
        assertThat(keys.unknown("zzzzzzzzzzzz"))
                .contains("unknown key zzzzzzzzzzzz; this connector knows max.request.bytes, port");
    }

    @Test
    void theKeysOfTheConnectorAndOfConnectPass() {
        for (String key :
                List.of("port", "name", "transforms.a.type", "producer.override.linger.ms", "errors.log.enable")) {
            assertThat(keys.unknown(key)).as(key).isEmpty();
        }
    }

    @Test
    void theMarksOfTheControlToolPass() {
        assertThat(keys.unknown("millrace.owner")).isEmpty();
        assertThat(keys.unknown("millrace.applied")).isEmpty();
        assertThat(keys.unknown("millraceowner")).isPresent();
    }

    @Test
    void theErrorIsAddedToWhatTheValidationFound() {
        Config found = new Config(definition.validate(Map.of("port", "x")));
        Config all = keys.refuseUnknown(found, Map.of("port", "x", "pport", "1"));
        assertThat(all.configValues())
                .filteredOn(value -> !value.errorMessages().isEmpty())
                .extracting(ConfigValue::name)
                .containsExactlyInAnyOrder("port", "pport");
    }
}
