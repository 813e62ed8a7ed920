package io.millrace.connect.http;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** Collects events over HTTP; see {@link HttpSourceConnector}. */
public final class HttpSourceTask extends SourceTask {
    private final Clock clock;
    private Collector collector;

    public HttpSourceTask() {
        this(Clock.systemUTC());
    }

    HttpSourceTask(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String version() {
        return Version.current();
    }

    @Override
    public void start(Map<String, String> properties) {
        collector = Collector.start(
                new HttpSourceConfig(properties), clock, () -> UUID.randomUUID().toString());
    }

    @Override
    public List<SourceRecord> poll() throws InterruptedException {
        return collector.poll();
    }

    /**
     * Kafka has the record for good: with exactly-once support this is called after the commit of its transaction, else
     * after the acknowledgement. Runs on the producer's thread in the latter case.
     *
     * @param metadata null when the record was dropped and will never be in Kafka
     */
    @Override
    public void commitRecord(SourceRecord record, RecordMetadata metadata) {
        if (record instanceof EventRecord event) {
            if (metadata == null) {
                event.submission().recordDropped();
            } else {
                event.submission().recordStored();
            }
        }
    }

    @Override
    public void stop() {
        if (collector != null) {
            collector.close();
        }
    }
}
