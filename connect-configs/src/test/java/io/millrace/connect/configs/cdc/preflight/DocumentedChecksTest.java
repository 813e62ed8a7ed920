package io.millrace.connect.configs.cdc.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The list of checks that people read is that of the code. */
final class DocumentedChecksTest {
    @Test
    void every_check_is_documented_as_the_code_has_it() throws IOException {
        String table = Preflight.catalogue().stream()
                .map(check -> "| `" + check.get(0) + "` | " + check.get(1) + " | " + check.get(2) + " |\n")
                .collect(Collectors.joining());

        assertThat(Files.readString(Path.of("cdc-checks.md"))).endsWith(table);
    }

    @Test
    void no_two_checks_share_a_code() {
        assertThat(Preflight.catalogue()).extracting(check -> check.get(0)).doesNotHaveDuplicates();
    }
}
