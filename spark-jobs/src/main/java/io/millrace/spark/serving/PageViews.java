package io.millrace.spark.serving;

import java.time.Duration;
import org.apache.avro.generic.GenericRecord;

/**
 * Views per site, hour of event time, country and page.
 *
 * <p>The page is part of the record key, and a key becomes a document id, which Elasticsearch limits to 512 bytes. So a page
 * longer than {@value #MAX_PAGE} bytes is counted under its beginning and a digest of the whole.
 */
final class PageViews extends WindowCounting {
    static final String TOPIC = "serving.page_views";
    private static final long serialVersionUID = 1;
    private static final int MAX_PAGE = 256;

    PageViews() {
        super(Duration.ofHours(1));
    }

    @Override
    public String job() {
        return "page_views";
    }

    @Override
    public String topic() {
        return TOPIC;
    }

    @Override
    public String key(EnrichedEvent event) {
        return event.site() + "|" + window(event).text() + "|" + event.country() + "|"
                + Texts.atMost(event.page(), MAX_PAGE);
    }

    @Override
    public WindowCount of(EnrichedEvent event) {
        return WindowCount.of(event);
    }

    @Override
    void fill(GenericRecord value, WindowCount count, String[] keyParts) {
        value.put("page", keyParts[3]);
        value.put("views", count.events());
    }
}
