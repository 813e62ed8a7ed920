package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class TextsTest {
    @Property(tries = 200)
    void aShortenedTextFits(@ForAll @StringLength(max = 600) String text) {
        assertThat(Texts.atMost(text, 256).getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(256);
    }

    @Test
    void aTextThatFitsStaysAsItIs() {
        assertThat(Texts.atMost("/page", 256)).isEqualTo("/page");
        assertThat(Texts.atMost("x".repeat(256), 256)).isEqualTo("x".repeat(256));
    }

    @Test
    void longTextsThatDifferAtTheEndStayDifferent() {
        String same = "/long".repeat(100);
        assertThat(Texts.atMost(same + "a", 256)).startsWith("/long").isNotEqualTo(Texts.atMost(same + "b", 256));
    }
}
