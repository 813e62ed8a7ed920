package io.millrace.local.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.stack.StackException;
import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewJobTest {
    private static final Path CHECKOUT = Path.of("..", "..");
    private static final String CONNECTOR = "connect-configs/connectors/serving-elasticsearch.json";

    @TempDir
    Path root;

    @BeforeEach
    void copy() throws IOException {
        for (String folder : List.of("schemas/contracts", "connect-configs/connectors", "compose/kibana")) {
            try (Stream<Path> files = Files.walk(CHECKOUT.resolve(folder))) {
                for (Path file : files.toList()) {
                    Path target = root.resolve(CHECKOUT.relativize(file).toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(target);
                    } else {
                        Files.copy(file, target);
                    }
                }
            }
        }
    }

    @Test
    void itsContractIsSoundAndItsRowsReachElasticsearch() throws IOException {
        List<String> written =
                NewJob.create(root, "devices_by_site", "web.enriched", List.of("device", "site", "status"), "web");
        assertThat(written).allMatch(file -> Files.exists(root.resolve(file)));
        Contract contract = Catalogue.read(root.resolve("schemas/contracts")).require("serving.devices_by_site");
        assertThat(contract.topic().key()).hasToString("[device, site, status, window_start]");
        assertThat(contract.requireValue().getField("status").schema().getType())
                .isEqualTo(Schema.Type.INT);
        assertThat(new ObjectMapper()
                        .readTree(root.resolve(CONNECTOR).toFile())
                        .at("/config/topics")
                        .asText())
                .endsWith(",serving.devices_by_site");
        assertThat(root.resolve("compose/kibana/dashboards/devices-by-site.yaml"))
                .exists();
    }

    @Test
    void aFieldThatMayBeNullHasAValueInTheKey() throws IOException {
        NewJob.create(root, "segments", "web.enriched", List.of("customer_segment"), "web");
        assertThat(Files.readString(root.resolve("spark-jobs/jobs/segments/query.sql")))
                .contains("coalesce(left(CAST(customer_segment AS STRING), 200), 'unknown') AS customer_segment");
    }

    @Test
    void whatIsThereIsNotWrittenOver() throws IOException {
        NewJob.create(root, "devices", "web.enriched", List.of("device"), "web");
        String before = Files.readString(root.resolve(CONNECTOR));
        assertThatThrownBy(() -> NewJob.create(root, "devices", "web.enriched", List.of("site"), "web"))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("is there already");
        assertThat(Files.readString(root.resolve(CONNECTOR))).isEqualTo(before);
    }

    @Test
    void aMisspeltFieldIsToldWithTheNearest() {
        assertThatThrownBy(() -> NewJob.create(root, "devices", "web.enriched", List.of("devise"), "web"))
                .hasMessage("web.enriched has no field devise; did you mean device?");
    }
}
