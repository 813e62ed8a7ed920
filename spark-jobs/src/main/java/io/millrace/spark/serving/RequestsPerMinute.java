package io.millrace.spark.serving;

import io.millrace.spark.Digests;
import java.time.Duration;
import org.apache.avro.generic.GenericRecord;

/** Requests and distinct users per site, minute of event time and country. */
final class RequestsPerMinute extends WindowCounting {
    static final String TOPIC = "serving.requests_per_minute";
    private static final long serialVersionUID = 1;

    private transient Digests digests;

    RequestsPerMinute() {
        super(Duration.ofMinutes(1));
    }

    @Override
    public String job() {
        return "requests_per_minute";
    }

    @Override
    public String topic() {
        return TOPIC;
    }

    @Override
    public String key(EnrichedEvent event) {
        return event.site() + "|" + window(event).text() + "|" + event.country();
    }

    @Override
    public WindowCount of(EnrichedEvent event) {
        if (digests == null) {
            digests = new Digests();
        }
        return WindowCount.of(event, digests.bits64(event.userId()));
    }

    @Override
    void fill(GenericRecord value, WindowCount count, String[] keyParts) {
        value.put("requests", count.events());
        value.put("active_users", count.users());
    }
}
