package io.millrace.spark.serving;

import io.millrace.spark.ValueEncoder;
import java.io.DataInput;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.avro.generic.GenericRecord;

/** Events per kind and minute of event time. A kind is a topic's name, which has no bar. */
final class EventCounting implements KeyedRows<WindowCount> {
    private static final long serialVersionUID = 1;
    private static final Duration LENGTH = Duration.ofMinutes(1);

    static String key(String kind, long eventTime) {
        return kind + "|" + Window.of(eventTime, LENGTH).text();
    }

    @Override
    public String job() {
        return EventsPerMinute.NAME;
    }

    @Override
    public String topic() {
        return Topics.EVENTS_PER_MINUTE;
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
        String[] parts = key.split("\\|", 2);
        Window window = Window.parse(parts[1], LENGTH);
        GenericRecord value = encoder.newRecord();
        value.put("kind", parts[0]);
        value.put("window_start", window.start());
        value.put("window_end", window.end());
        value.put("events", after.events());
        value.put("updated_at", arrival);
        after.freshness().into(value);
        return List.of(new Upsert(key, encoder.encode(value)));
    }
}
