package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spark.declared.JobsFolder;
import org.junit.jupiter.api.Test;

class ArgumentsTest {

    @Test
    void aGroupOrJobsAreTaken() {
        assertThat(Arguments.parse("--config", "f", "--group", "serving").group())
                .isEqualTo(Group.SERVING);
        assertThat(Arguments.parse("--jobs", "a,b", "--config", "f").jobs()).containsExactly("a", "b");
    }

    @Test
    void wrongUsageIsExplained() {
        assertThatThrownBy(() -> Arguments.parse("--group", "serving")).hasMessageContaining("--config is missing");
        assertThatThrownBy(() -> Arguments.parse("--config", "f")).hasMessageContaining("either --group or --jobs");
        assertThatThrownBy(() -> Arguments.parse("--config", "f", "--group", "x"))
                .hasMessageContaining("unknown group x")
                .hasMessageContaining("usage:");
        assertThatThrownBy(() -> Arguments.parse("--config")).hasMessageContaining("--config needs a value");
    }

    @Test
    void anUnknownJobIsRefusedWithTheNearestKnownOne() {
        assertThatThrownBy(() -> Jobs.named(java.util.List.of("sesions"), JobsFolder.EMPTY))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("did you mean sessions?");
    }
}
