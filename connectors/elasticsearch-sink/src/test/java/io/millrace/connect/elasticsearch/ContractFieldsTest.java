package io.millrace.connect.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Contract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractFieldsTest {

    /** The smallest contract around this schema. */
    static void write(Path folder, String topic, String fields) throws IOException {
        Path contract = Files.createDirectories(folder.resolve(topic));
        Files.writeString(
                contract.resolve("contract.yaml"), "description: Of a test.\nowner: test\nwritten_by: test\n");
        Files.writeString(
                contract.resolve("value.avsc"),
                "{\"type\":\"record\",\"name\":\"Reading\",\"namespace\":\"test\",\"doc\":\"A reading.\",\"fields\":["
                        + fields + "]}");
    }

    static final String FIELDS =
            """
            {"name": "took", "type": "long", "doc": "How long.", "unit": "ms"},
            {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}, "doc": "When."},
            {"name": "size", "type": ["null", "double"], "default": null, "doc": "How big.", "unit": "bytes"},
            {"name": "place", "doc": "Where.", "type": {"type": "record", "name": "Place", "fields": [
                {"name": "height", "type": "double", "doc": "Above the sea.", "unit": "m"}]}}
            """;

    @TempDir
    Path folder;

    private ContractFields fields;

    @BeforeEach
    void writeTheContract() throws IOException {
        write(folder, "readings", FIELDS);
        assertThat(Contract.read(folder.resolve("readings")).value()).isPresent();
        fields = new ContractFields(Optional.of(folder), mapping());
    }

    @Test
    void aContractGivesTypesAndUnits() {
        Map<String, Object> properties = fields.properties("readings");
        assertThat(properties)
                .containsEntry("took", Map.of("type", "long", "meta", Map.of("unit", "ms")))
                .containsEntry("at", Map.of("type", "date"))
                .containsEntry("size", Map.of("type", "double", "meta", Map.of("unit", "bytes")));
        assertThat(Json.path(properties, "place", "properties"))
                .containsEntry("height", Map.of("type", "double", "meta", Map.of("unit", "m")));
    }

    @Test
    void theTypesOfARecordsOwnSchemaAreKept() {
        Schema schema = SchemaBuilder.struct()
                .field("took", Schema.FLOAT64_SCHEMA)
                .field("more", Schema.STRING_SCHEMA)
                .build();
        Map<String, Object> own = mapping().properties(schema);
        assertThat(fields.withUnits("readings", own))
                .containsEntry("took", Map.of("type", "double", "meta", Map.of("unit", "ms")))
                .containsEntry("more", own.get("more"));
    }

    @Test
    void aTopicWithoutAContractGetsNothing() {
        assertThat(fields.properties("others")).isEmpty();
        assertThat(new ContractFields(Optional.empty(), mapping()).properties("readings"))
                .isEmpty();
    }

    private static IndexMapping mapping() {
        return new IndexMapping(new ElasticsearchSinkConfig(new HashMap<>(Map.of("name", "x"))));
    }
}
