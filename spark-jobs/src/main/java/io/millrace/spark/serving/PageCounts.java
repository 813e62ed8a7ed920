package io.millrace.spark.serving;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Views by page. Exact for up to {@value #MOST} different pages; beyond that, those with the fewest views are forgotten, so
 * that made-up pages cannot fill the memory, and a page's views may be too few.
 */
final class PageCounts implements Aggregate<PageCounts> {
    static final int MOST = 2_000;
    private static final int KEPT = MOST / 2;
    private static final Comparator<Map.Entry<String, Long>> MOST_VIEWS_FIRST =
            Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey());

    private long views;
    private final Map<String, Long> pages;
    private Freshness freshness;

    private PageCounts(long views, Map<String, Long> pages, Freshness freshness) {
        this.views = views;
        this.pages = pages;
        this.freshness = freshness;
    }

    /** One view. */
    static PageCounts of(String page, Freshness freshness) {
        Map<String, Long> pages = new HashMap<>(4);
        pages.put(page, 1L);
        return new PageCounts(1, pages, freshness);
    }

    @Override
    public PageCounts with(PageCounts other) {
        views += other.views;
        other.pages.forEach((page, count) -> pages.merge(page, count, Long::sum));
        freshness = freshness.with(other.freshness);
        if (pages.size() > MOST) {
            List<Map.Entry<String, Long>> kept = most(KEPT);
            pages.clear();
            kept.forEach(entry -> pages.put(entry.getKey(), entry.getValue()));
        }
        return this;
    }

    /** Views of all pages, forgotten ones included. */
    long views() {
        return views;
    }

    /** The pages with the most views, at most so many; equal ones by name. */
    List<Map.Entry<String, Long>> most(int count) {
        return pages.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .sorted(MOST_VIEWS_FIRST)
                .limit(count)
                .toList();
    }

    Freshness freshness() {
        return freshness;
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeLong(views);
        freshness.write(out);
        out.writeInt(pages.size());
        // In one order, so that equal counts are equal bytes.
        for (Map.Entry<String, Long> page : most(pages.size())) {
            Texts.write(out, page.getKey());
            out.writeLong(page.getValue());
        }
    }

    static PageCounts read(DataInput in) throws IOException {
        long views = in.readLong();
        Freshness freshness = Freshness.read(in);
        int size = in.readInt();
        Map<String, Long> pages = new HashMap<>(size * 4 / 3 + 1);
        for (int i = 0; i < size; i++) {
            pages.put(Texts.read(in), in.readLong());
        }
        return new PageCounts(views, pages, freshness);
    }
}
