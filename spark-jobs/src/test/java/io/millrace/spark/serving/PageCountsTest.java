package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PageCountsTest {
    private final TopPages topPages = new TopPages();

    @Property(tries = 500)
    void thePagesWithTheMostViewsComeFirstAndEqualOnesByName(
            @ForAll @Size(min = 1, max = 200) List<@IntRange(min = 0, max = 30) Integer> views,
            @ForAll @IntRange(min = 1, max = 20) int batchSize) {
        PageCounts counts = null;
        Map<String, Long> plain = new HashMap<>();
        for (int from = 0; from < views.size(); from += batchSize) {
            PageCounts batch = null;
            for (int page : views.subList(from, Math.min(views.size(), from + batchSize))) {
                plain.merge("/" + page, 1L, Long::sum);
                PageCounts one = PageCounts.of("/" + page, new Freshness(1, 1, 1));
                batch = batch == null ? one : batch.with(one);
            }
            counts = counts == null
                    ? batch
                    : States.read(topPages, States.bytes(counts)).with(batch);
        }
        List<String> expected = plain.entrySet().stream()
                .sorted((one, other) -> one.getValue().equals(other.getValue())
                        ? one.getKey().compareTo(other.getKey())
                        : Long.compare(other.getValue(), one.getValue()))
                .limit(10)
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .toList();
        assertThat(counts.most(10).stream().map(entry -> entry.getKey() + " " + entry.getValue()))
                .containsExactlyElementsOf(expected);
        assertThat(counts.views()).isEqualTo(views.size());
    }

    @Test
    void madeUpPagesDoNotFillTheMemoryAndDoNotPushOutPopularOnes() {
        PageCounts counts = PageCounts.of("/popular", new Freshness(1, 1, 1));
        for (int i = 0; i < 50; i++) {
            counts = counts.with(PageCounts.of("/popular", new Freshness(1, 1, 1)));
        }
        for (int i = 0; i < 20_000; i++) {
            counts = counts.with(PageCounts.of("/made-up/" + i, new Freshness(1, 1, 1)));
        }
        assertThat(counts.most(Integer.MAX_VALUE)).hasSizeLessThanOrEqualTo(PageCounts.MOST);
        assertThat(counts.most(1)).containsExactly(Map.entry("/popular", 51L));
        assertThat(counts.views()).isEqualTo(20_051);
    }
}
