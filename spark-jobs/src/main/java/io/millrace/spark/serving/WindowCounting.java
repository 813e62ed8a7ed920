package io.millrace.spark.serving;

import io.millrace.spark.ValueEncoder;
import java.io.DataInput;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.avro.generic.GenericRecord;

/** What counting requests and counting page views have in common: a window, a key, and a row per change. */
abstract class WindowCounting implements Aggregation<WindowCount> {
    private static final long serialVersionUID = 1;

    private final Duration length;

    WindowCounting(Duration length) {
        this.length = length;
    }

    Window window(EnrichedEvent event) {
        return Window.of(event.eventTime(), length);
    }

    @Override
    public WindowCount read(DataInput in) throws IOException {
        return WindowCount.read(in);
    }

    @Override
    public List<Upsert> changes(String key, WindowCount before, WindowCount after, long arrival, ValueEncoder encoder) {
        if (before != null && before.events() == after.events()) {
            return List.of();
        }
        // A site has no bar (enrichment sees to it), and what may have one comes last.
        String[] parts = key.split("\\|", 4);
        Window window = Window.parse(parts[1], length);
        GenericRecord value = encoder.newRecord();
        value.put("site", parts[0]);
        value.put("window_start", window.start());
        value.put("window_end", window.end());
        value.put("country", parts[2]);
        value.put("updated_at", arrival);
        after.freshness().into(value);
        fill(value, after, parts);
        return List.of(new Upsert(key, encoder.encode(value)));
    }

    /** Fills in the fields that only this one has; {@code keyParts} are at most four. */
    abstract void fill(GenericRecord value, WindowCount count, String[] keyParts);
}
