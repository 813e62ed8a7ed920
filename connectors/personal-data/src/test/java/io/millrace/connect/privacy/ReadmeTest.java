package io.millrace.connect.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.commons.ConfigTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.apache.kafka.connect.transforms.Transformation;
import org.junit.jupiter.api.Test;

class ReadmeTest {

    @Test
    void theReadmeShowsTheTableOfKeysAsTheyAreDefined() throws IOException {
        assertThat(Files.readString(Path.of("README.md")))
                .contains(ConfigTable.markdown(ProtectPersonalData.DEFINITION));
    }

    @Test
    void aWorkerFindsTheTransformByItsManifest() {
        assertThat(ServiceLoader.load(Transformation.class)).hasAtLeastOneElementOfType(ProtectPersonalData.class);
    }
}
