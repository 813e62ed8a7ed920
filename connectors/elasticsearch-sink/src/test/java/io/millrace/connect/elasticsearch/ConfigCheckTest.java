package io.millrace.connect.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCheckTest {

    @Test
    void theConfigurationThatIsInUseStaysValid() {
        assertThat(errors("topics", "a,b", "freshness.from", "newest_received_at"))
                .isEmpty();
    }

    @Test
    void aMistypedKeyIsRefusedWithTheNearestOne() {
        assertThat(errors("indx.name", "x").get("indx.name").get(0)).contains("index.name");
    }

    @Test
    void aTemplateWithAPlaceholderThatDoesNotExistIsRefused() {
        assertThat(errors("index.name", "logs-${nothing}")).containsOnlyKeys("index.name");
        assertThat(errors("id.from", "kye")).containsOnlyKeys("id.from");
        assertThat(errors("index.name", "logs-${value.service}-${timestamp:yyyy.MM.dd}"))
                .isEmpty();
    }

    @Test
    void twoIdentitiesAreRefused() {
        assertThat(errors("elasticsearch.username", "u", "elasticsearch.api.key", "k"))
                .containsOnlyKeys("elasticsearch.api.key");
    }

    @Test
    void topicsThatShareAnIndexNeedAVersionThatTheyShareToo() {
        assertThat(errors("topics", "a,b", "index.name", "all")).containsOnlyKeys("version.from");
        assertThat(errors("topics", "a,b", "index.name", "all", "version.from", "${value.v}"))
                .isEmpty();
        assertThat(errors("topics", "a,b", "index.name", "all", "id.from", "${topic}:${key}"))
                .isEmpty();
    }

    @Test
    void aDataStreamTakesNewDocumentsOnly() {
        assertThat(errors("data.stream", "true")).containsOnlyKeys("data.stream", "tombstones");
        assertThat(errors("data.stream", "true", "write.mode", "create", "tombstones", "ignore"))
                .isEmpty();
    }

    @Test
    void anUpdateHasNeitherPipelineNorVersionFromOutside() {
        assertThat(errors("write.mode", "upsert", "pipeline", "p", "version.from", "${value.v}"))
                .containsOnlyKeys("pipeline", "version.from");
        assertThat(errors("write.mode", "upsert")).isEmpty();
    }

    @Test
    void indicesThatFollowEachOtherTakeNewDocumentsOnlyAndHaveToSayWhen() {
        assertThat(errors("index.rollover", "true").get("index.rollover")).hasSize(2);
        assertThat(errors(
                        "index.rollover", "true",
                        "write.mode", "create",
                        "tombstones", "ignore",
                        "index.rollover.max.age", "7d"))
                .isEmpty();
        assertThat(errors(
                        "index.rollover", "true",
                        "write.mode", "create",
                        "tombstones", "ignore",
                        "index.lifecycle.policy", "p",
                        "data.stream", "true"))
                .containsOnlyKeys("index.rollover");
    }

    @Test
    void aFolderOfContractsThatCannotBeReadIsRefused(@TempDir Path folder) throws IOException {
        assertThat(errors("mapping.contracts", folder.resolve("none").toString()))
                .containsOnlyKeys("mapping.contracts");
        ContractFieldsTest.write(folder, "readings", ContractFieldsTest.FIELDS);
        assertThat(errors("mapping.contracts", folder.toString())).isEmpty();
    }

    private static Map<String, List<String>> errors(String... keysAndValues) {
        Map<String, String> properties = new HashMap<>(Map.of("name", "x", "topics", "a", "connection.check", "false"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return errors(properties);
    }

    static Map<String, List<String>> errors(Map<String, String> properties) {
        Map<String, List<String>> errors = new TreeMap<>();
        new ElasticsearchSinkConnector()
                .validate(properties).configValues().stream()
                        .filter(value -> !value.errorMessages().isEmpty())
                        .forEach(value -> errors.put(value.name(), value.errorMessages()));
        return errors;
    }
}
