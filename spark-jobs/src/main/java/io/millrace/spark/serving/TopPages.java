package io.millrace.spark.serving;

import io.millrace.spark.ValueEncoder;
import java.io.DataInput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** The most viewed pages per site, hour of event time, country and region. */
final class TopPages implements Aggregation<PageCounts> {
    static final String TOPIC = "serving.top_pages";
    static final int SHOWN = 10;
    private static final long serialVersionUID = 1;
    private static final Duration LENGTH = Duration.ofHours(1);
    /** Stands for a region that nobody knows. */
    private static final String UNKNOWN = "-";

    private static final int MAX_PAGE = 256;

    @Override
    public String job() {
        return "top_pages";
    }

    @Override
    public String topic() {
        return TOPIC;
    }

    @Override
    public String key(EnrichedEvent event) {
        return event.site() + "|" + Window.of(event.eventTime(), LENGTH).text() + "|" + event.country() + "|"
                + (event.region() == null ? UNKNOWN : event.region());
    }

    @Override
    public PageCounts of(EnrichedEvent event) {
        return PageCounts.of(Texts.atMost(event.page(), MAX_PAGE), Freshness.of(event));
    }

    @Override
    public PageCounts read(DataInput in) throws IOException {
        return PageCounts.read(in);
    }

    @Override
    public List<Upsert> changes(String key, PageCounts before, PageCounts after, long arrival, ValueEncoder encoder) {
        if (before != null && before.views() == after.views()) {
            return List.of();
        }
        String[] parts = key.split("\\|", 4);
        Window window = Window.parse(parts[1], LENGTH);
        GenericRecord value = encoder.newRecord();
        value.put("site", parts[0]);
        value.put("window_start", window.start());
        value.put("window_end", window.end());
        value.put("country", parts[2]);
        value.put("region", parts[3]);
        value.put("views", after.views());
        value.put(
                "pages",
                ranks(after.most(SHOWN), value.getSchema().getField("pages").schema()));
        value.put("updated_at", arrival);
        after.freshness().into(value);
        return List.of(new Upsert(key, encoder.encode(value)));
    }

    private static List<GenericRecord> ranks(List<Map.Entry<String, Long>> pages, Schema list) {
        List<GenericRecord> ranks = new ArrayList<>(pages.size());
        for (Map.Entry<String, Long> page : pages) {
            GenericRecord rank = new GenericData.Record(list.getElementType());
            rank.put("page", page.getKey());
            rank.put("views", page.getValue());
            ranks.add(rank);
        }
        return ranks;
    }
}
