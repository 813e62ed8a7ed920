package io.millrace.connect.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.commons.ConfigTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.runtime.ConnectorConfig;
import org.apache.kafka.connect.runtime.SourceConnectorConfig;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpSourceConnectorTest {
    private final HttpSourceConnector connector = new HttpSourceConnector();

    @Test
    void theDefaultsAreValid() {
        assertThat(errors(Map.of("name", "web-http", "connector.class", "HttpSourceConnector")))
                .isEmpty();
    }

    @Test
    void everyKeyOfConnectItselfIsLeftAlone() {
        Map<String, String> given = new HashMap<>();
        ConnectorConfig.configDef().names().forEach(key -> given.put(key, "x"));
        SourceConnectorConfig.configDef().names().forEach(key -> given.put(key, "x"));
        given.put("transforms.mask.type", "x");
        given.put("predicates.p.type", "x");
        given.put("value.converter.apicurio.registry.url", "x");
        given.put("topic.creation.default.partitions", "1");
        given.put("producer.override.linger.ms", "5");
        assertThat(errors(given)).isEmpty();
    }

    @Test
    void anUnknownKeyIsRefusedWithTheOneThatWasMeant() {
        assertThat(errors(Map.of("max.request.byte", "1")))
                .containsExactly(Map.entry(
                        "max.request.byte", List.of("unknown key max.request.byte; did you mean max.request.bytes?")));
    }

    @Test
    void anUnknownContractIsRefusedWithTheKnownOnes() {
        assertThat(errors(Map.of("topic", "web.event")).get("contract").toString())
                .contains("no contract for topic web.event", "web.events");
        assertThat(errors(Map.of("topic", "web.other", "contract", "web.events")))
                .isEmpty();
    }

    @Test
    void aContractWithoutASchemaIsRefused() {
        assertThat(errors(Map.of("contract", "dlq.redis-sink"))).containsOnlyKeys("contract");
    }

    @Test
    void aContractsFolderThatCannotBeReadIsRefused() {
        assertThat(errors(Map.of("contracts.path", "/no/such/folder"))).containsOnlyKeys("contracts.path");
    }

    @Test
    void aContractThatIsNotYetInItsFolderMayComeLater(@TempDir Path folder) {
        assertThat(errors(Map.of("contracts.path", folder.toString()))).isEmpty();
    }

    @Test
    void anEventKindThatDoesNotExistIsRefusedWithTheOneThatWasMeant() {
        assertThat(errors(Map.of("event.kinds", "web.event")))
                .containsExactly(Map.entry(
                        "event.kinds", List.of("there is no event kind web.event; did you mean web.events?")));
        assertThat(errors(Map.of("event.kinds", "web.events"))).isEmpty();
        assertThat(errors(Map.of("event.kinds", ""))).containsOnlyKeys("event.kinds");
    }

    @Test
    void aMemoryThatIsTooSmallForOneRequestIsRefused() {
        assertThat(errors(Map.of("max.in.flight.bytes", "1000"))).containsOnlyKeys("max.in.flight.bytes");
    }

    @Test
    void whatIsWrongIsSaidAtItsKeyAndWithoutTheSecret(@TempDir Path folder) throws IOException {
        assertThat(errors(Map.of("auth.basic.users", "ann"))).containsOnlyKeys("auth.basic.users");
        assertThat(errors(Map.of("auth.write.keys", "a=s3cret,a=s3cret"))).containsOnlyKeys("auth.write.keys");
        assertThat(errors(Map.of("auth.write.keys", "a=s3cret,a=s3cret")).toString())
                .contains("the name a is there twice")
                .doesNotContain("s3cret");
        assertThat(errors(Map.of("auth.hmac.secrets", "a="))).containsOnlyKeys("auth.hmac.secrets");
        Path none = Files.writeString(folder.resolve("none.json"), "{}");
        assertThat(errors(Map.of("auth.jwt.jwks", none.toString()))).containsOnlyKeys("auth.jwt.jwks");
        assertThat(errors(Map.of("auth.jwt.jwks", "http://127.0.0.1:1/keys"))).containsOnlyKeys("auth.jwt.jwks");
        assertThat(errors(Map.of("tls.keystore.location", none.toString()))).containsOnlyKeys("tls.keystore.location");
        assertThat(errors(Map.of("tls.client.auth", "required")))
                .containsOnlyKeys("tls.keystore.location", "tls.truststore.location");
        assertThat(errors(Map.of("allowed.addresses", "10.0.0.0/40"))).containsOnlyKeys("allowed.addresses");
        assertThat(errors(Map.of("address.form", "hash"))).containsOnlyKeys("address.salt");
        assertThat(errors(Map.of("topic.template", "${topic}.${value.site}")))
                .containsOnlyKeys("topic.template.topics");
        assertThat(errors(Map.of("key.template", "${vlaue.site}"))).containsOnlyKeys("key.template");
        assertThat(errors(Map.of("formats", "json,xml"))).containsOnlyKeys("formats");
    }

    @Test
    void aPathThatIsTakenIsRefused() {
        assertThat(errors(Map.of("path", "/healthz"))).containsOnlyKeys("path");
        assertThat(errors(Map.of("path", "events"))).containsOnlyKeys("path");
    }

    @Test
    void thereAreAsManyTasksAsAreWantedForTheyShareThePort() {
        connector.start(Map.of("port", "1"));
        assertThat(connector.taskConfigs(2)).hasSize(2).allMatch(one -> one.get("port")
                .equals("1"));
    }

    @Test
    void exactlyOnceIsSupported() {
        assertThat(connector.exactlyOnceSupport(Map.of())).isEqualTo(ExactlyOnceSupport.SUPPORTED);
    }

    @Test
    void theVersionIsThatOfTheBuild() {
        assertThat(connector.version()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(new HttpSourceTask().version()).isEqualTo(connector.version());
    }

    @Test
    void theConnectorIsFoundByItsManifest() {
        assertThat(ServiceLoader.load(SourceConnector.class)).hasAtLeastOneElementOfType(HttpSourceConnector.class);
    }

    @Test
    void everyKeyHasADocAGroupAndADefault() {
        for (ConfigDef.ConfigKey key : connector.config().configKeys().values()) {
            assertThat(key.documentation).as(key.name).isNotBlank();
            assertThat(key.group).as(key.name).isNotBlank();
            assertThat(key.hasDefault()).as(key.name).isTrue();
            assertThat(key.type)
                    .as(key.name)
                    .matches(type -> type == ConfigDef.Type.PASSWORD
                            || !key.name.matches(".*(password|secrets|users|keys|salt)"));
        }
    }

    @Test
    void theReadmeListsEveryKeyWithItsDefaultAndDoc() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        assertThat(readme)
                .as("README.md; its table of keys should be\n" + table())
                .contains(table());
    }

    private static String table() {
        return ConfigTable.markdown(HttpSourceKeys.DEFINITION);
    }

    private Map<String, List<String>> errors(Map<String, String> given) {
        return connector.validate(given).configValues().stream()
                .filter(value -> !value.errorMessages().isEmpty())
                .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
    }
}
