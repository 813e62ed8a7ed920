package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueTest {
    /** Those with a schema that Millrace ships; whoever adds more may do so without these tests. */
    private static final List<String> SHIPPED = List.of(
            "web.events",
            "web.enriched",
            "quarantine.web.events",
            "serving.requests_per_minute",
            "serving.page_views",
            "serving.sessions",
            "serving.orders");

    private final Catalogue catalogue = Catalogue.bundled();

    @Test
    void everyTopicThatThePartsWriteHasAContract() {
        assertThat(catalogue.contracts().stream().map(Contract::name))
                .containsAll(SHIPPED)
                .contains("cdc.shop.public.orders");
    }

    @Test
    void everyFieldThatWeReleasedIsDocumented() {
        for (String shipped : SHIPPED) {
            Path first = Path.of("contracts", shipped, "released", "1.avsc");
            for (Schema.Field field : SchemaFile.read(first).getFields()) {
                assertThat(field.doc()).as(shipped + "." + field.name()).isNotBlank();
            }
        }
    }

    @Test
    void everyShippedContractSaysWhoReadsIt() {
        for (String shipped : SHIPPED) {
            assertThat(catalogue.require(shipped).readBy()).as(shipped).isNotEmpty();
        }
    }

    @Test
    void webEventsAreAnEventKindAndWhatIsDerivedFromThemIsNot() {
        assertThat(catalogue.eventKinds()).extracting(Contract::name).contains("web.events");
        assertThat(catalogue.require("web.events").event())
                .contains(
                        new EventSpec(Optional.of("event_id"), Optional.of("event_time"), Optional.of("received_at")));
        assertThat(catalogue.require("web.enriched").isEventKind()).isFalse();
    }

    @Test
    void theKeyOfATopicWithASchemaIsMadeOfItsFields() {
        for (Contract contract : catalogue.contracts()) {
            contract.value()
                    .ifPresent(schema -> assertThat(schema.getFields().stream().map(Schema.Field::name))
                            .as(contract.name())
                            .containsAll(contract.topic().key()));
        }
    }

    @Test
    void anEnrichedEventHoldsTheRequiredFieldsOfTheRawOneAndOptionalOnesWithTheSameType() {
        Schema raw = catalogue.require("web.events").requireValue();
        Schema enriched = catalogue.require("web.enriched").requireValue();
        for (Schema.Field field : raw.getFields()) {
            Schema.Field same = enriched.getField(field.name());
            if (same != null || !field.hasDefaultValue()) {
                assertThat(same).as(field.name()).isNotNull();
                assertThat(same.schema()).as(field.name()).isEqualTo(field.schema());
            }
        }
    }

    @Test
    void aSchemaCanReadItself() {
        for (Contract contract : catalogue.contracts()) {
            contract.value()
                    .ifPresent(schema -> assertThat(SchemaCompatibility.checkReaderWriterCompatibility(schema, schema)
                                    .getType())
                            .isEqualTo(SchemaCompatibilityType.COMPATIBLE));
        }
    }

    @Test
    void aCompactedTopicAsksForCompactionAndADeletedOneForItsRetention() {
        assertThat(catalogue.require("serving.orders").topic().settings())
                .containsExactly(java.util.Map.entry("cleanup.policy", "compact"));
        assertThat(catalogue.require("web.events").topic().settings())
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("retention.ms", "604800000");
    }

    @Test
    void anUnknownTopicIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> catalogue.require("web.event"))
                .isInstanceOf(ContractException.class)
                .hasMessageContaining("web.events");
    }

    @Test
    void anUnknownKeyInAContractIsRefusedByName(@TempDir Path folder) throws IOException {
        write(folder, "partitons: 3");
        assertThatThrownBy(() -> Catalogue.read(folder)).hasMessageContaining("topic.partitons is not a known key");
    }

    @Test
    void aFolderThatIsNotNamedAfterItsTopicIsRefused(@TempDir Path folder) throws IOException {
        write(folder, "partitions: 3");
        Files.move(folder.resolve("a.b"), folder.resolve("a.c"));
        assertThatThrownBy(() -> Catalogue.read(folder)).hasMessageContaining("folder is named a.c");
    }

    private static void write(Path folder, String partitions) throws IOException {
        Path contract = Files.createDirectory(folder.resolve("a.b"));
        Files.writeString(
                contract.resolve("contract.yaml"),
                """
                description: a test
                owner: us
                written_by: nobody
                topic:
                  name: a.b
                  %s
                  replication: 1
                  cleanup: delete
                  key: none
                """
                        .formatted(partitions));
    }
}
