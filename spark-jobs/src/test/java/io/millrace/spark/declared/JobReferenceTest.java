package io.millrace.spark.declared;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class JobReferenceTest {
    @Test
    void thePageHasEveryKeyAsTheCodeKnowsIt() throws IOException {
        assertThat(Files.readString(Path.of("JOBS.md"))).contains(JobKeys.markdown());
    }
}
