package io.millrace.connect.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.commons.ConfigTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.apache.kafka.connect.source.SourceConnector;
import org.junit.jupiter.api.Test;

class ReadmeTest {

    @Test
    void theReadmeShowsTheTableOfKeysAsTheyAreDefined() throws IOException {
        assertThat(Files.readString(Path.of("README.md"))).contains(ConfigTable.markdown(FileKeys.DEFINITION));
    }

    @Test
    void theReadmeNamesEveryMetric() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        assertThat(new FileMetrics().all().keySet())
                .allSatisfy(name -> assertThat(readme).contains("`" + name + "`"));
    }

    @Test
    void aWorkerFindsTheConnectorByItsManifest() {
        assertThat(ServiceLoader.load(SourceConnector.class)).hasAtLeastOneElementOfType(FileSourceConnector.class);
    }
}
