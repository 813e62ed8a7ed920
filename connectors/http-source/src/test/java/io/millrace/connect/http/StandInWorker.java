package io.millrace.connect.http;

import io.millrace.connect.http.listen.Listeners;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.connect.source.SourceRecord;

/** Does with a task what a Connect worker does, in one thread, so that a test can stop Kafka at will. */
final class StandInWorker implements AutoCloseable {
    final List<SourceRecord> fetched = new CopyOnWriteArrayList<>();

    private final Collector collector;
    private final Thread thread = new Thread(this::run, "stand-in-worker");
    private volatile Mode mode;
    private volatile boolean stopping;

    enum Mode {
        /** Kafka acknowledges at once. */
        STORES,
        /** A transform drops every record. */
        DROPS,
        /** A transform drops every record, and a worker with exactly-once support does not say so. */
        DROPS_SILENTLY,
        /** Connect fetches, and Kafka never acknowledges. */
        KAFKA_IS_AWAY,
        /** The connector is paused. */
        PAUSED
    }

    StandInWorker(Mode mode, Map<String, String> settings) {
        this(mode, settings, new Listeners());
    }

    /** @param listeners the ports that workers of one process share */
    StandInWorker(Mode mode, Map<String, String> settings, Listeners listeners) {
        this(mode, settings, listeners, new IdWindows());
    }

    /** @param windows what a process remembers of events that it was sent */
    StandInWorker(Mode mode, Map<String, String> settings, Listeners listeners, IdWindows windows) {
        this.mode = mode;
        this.collector = Collector.start(
                new HttpSourceConfig(settings),
                new Collector.Worker(Clock.systemUTC(), () -> UUID.randomUUID().toString(), listeners, windows));
        thread.start();
    }

    Collector collector() {
        return collector;
    }

    String url() {
        return "http://127.0.0.1:" + collector.address().getPort();
    }

    void mode(Mode next) {
        mode = next;
    }

    private void run() {
        try {
            while (!stopping) {
                if (mode == Mode.PAUSED || mode == Mode.KAFKA_IS_AWAY && !fetched.isEmpty()) {
                    Thread.onSpinWait();
                    continue;
                }
                List<SourceRecord> records = collector.poll();
                if (records != null) {
                    fetched.addAll(records);
                    if (mode == Mode.STORES || mode == Mode.DROPS) {
                        records.forEach(this::settle);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void settle(SourceRecord record) {
        collector.settle((EventRecord) record, mode != Mode.DROPS);
    }

    @Override
    public void close() throws InterruptedException {
        stopping = true;
        thread.join();
        collector.close();
    }
}
