package io.millrace.local.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrometheusTextTest {
    @Test
    void samplesOfANameStandTogetherUnderOneHeadWhateverCameBetween() {
        PrometheusText text = new PrometheusText()
                .gauge("a", "First.", 1, "of", "x")
                .counter("b_total", "Second.", 0.5)
                .gauge("a", "First.", 2, "of", "y");
        assertThat(text.text())
                .isEqualTo(
                        """
                        # HELP a First.
                        # TYPE a gauge
                        a{of="x"} 1
                        a{of="y"} 2
                        # HELP b_total Second.
                        # TYPE b_total counter
                        b_total 0.5
                        """);
    }

    @Test
    void labelsThatHoldQuotesLinesOrBackslashesStayOneLine() {
        assertThat(new PrometheusText()
                        .gauge("a", "A.", 1, "of", "q\"uote\\ and\nline")
                        .text())
                .contains("a{of=\"q\\\"uote\\\\ and\\nline\"} 1");
    }

    @Test
    void aHistogramHasItsClassesSumAndCount() {
        assertThat(new PrometheusText()
                        .histogram("h", "H.", new double[] {0.5, 30}, new long[] {1, 2}, 3, 99.5, "s", "x")
                        .text())
                .contains(
                        "# TYPE h histogram",
                        "h_bucket{s=\"x\",le=\"0.5\"} 1",
                        "h_bucket{s=\"x\",le=\"30\"} 2",
                        "h_bucket{s=\"x\",le=\"+Inf\"} 3",
                        "h_sum{s=\"x\"} 99.5",
                        "h_count{s=\"x\"} 3");
    }
}
