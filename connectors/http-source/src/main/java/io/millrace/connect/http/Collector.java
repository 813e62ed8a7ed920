package io.millrace.connect.http;

import io.millrace.connect.commons.Metric;
import io.millrace.connect.http.auth.Authentication;
import io.millrace.connect.http.limits.ByteBudget;
import io.millrace.connect.http.limits.IdWindow;
import io.millrace.connect.http.listen.Listeners;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The running source: a listener, the requests it has taken, and their records. {@link #poll} belongs to one thread; the
 * rest is safe for use by several.
 */
final class Collector implements AutoCloseable {
    private static final long POLL_MS = 100;
    private static final long READY_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** There is nothing to come back to, so the partition is the same for ever and its offset only tells records apart. */
    private static final Map<String, String> PARTITION = Map.of("source", "http");

    private final HttpSourceConfig config;
    private final boolean transactionPerPoll;
    private final Handover handover = new Handover();
    private final ByteBudget budget;
    private final LiveKinds kinds;
    private final Authentication authentication;
    private final Numbers numbers = new Numbers();
    private final Requests requests;
    private final EventEndpoint endpoint;
    private final Listeners.Place place;
    private volatile long lastPoll = System.nanoTime() - READY_NANOS;
    private List<Submission> fetched = List.of();
    private long nextFetch = System.nanoTime();
    private long sequence;

    private Collector(HttpSourceConfig config, LiveKinds kinds, Worker worker) {
        this.config = config;
        this.kinds = kinds;
        this.transactionPerPoll = config.transactionPerPoll();
        this.budget = new ByteBudget(config.maxInFlightBytes());
        this.authentication = new Authentication(config.authentication(), worker.clock());
        try {
            IdWindow window = worker.windows().of(config.connector(), config.windowSize(), config.windowMs());
            this.requests = new Requests(
                    handover, window, config.limits(), config.rules().partial(), numbers);
            RequestReader reader =
                    new RequestReader(config.limits(), config.rules(), kinds.quarantine(), worker.clock());
            this.endpoint = new EventEndpoint(
                    new EventEndpoint.Parts(
                            config.connector(),
                            new Paths(config, kinds::now),
                            new KindPages(config.path(), kinds),
                            kinds,
                            config.cors(),
                            config.clients(),
                            authentication,
                            config.rates(),
                            budget,
                            reader,
                            requests,
                            numbers,
                            this::polled),
                    config.limits());
            this.place = worker.listeners().join(config.listener(), endpoint, config.bindTimeout());
        } catch (RuntimeException e) {
            authentication.close();
            throw e;
        }
    }

    /**
     * What tasks have in common, and what tests replace.
     *
     * @param clock gives the time of acceptance
     * @param ids gives identities to events that come without, on any thread
     * @param listeners the open ports
     * @param windows the identities of events that were sent
     */
    record Worker(Clock clock, Supplier<String> ids, Listeners listeners, IdWindows windows) {}

    /**
     * Reads the contracts and opens the port.
     *
     * @throws RuntimeException when a contract cannot be used or the port cannot be had, with the reason
     */
    static Collector start(HttpSourceConfig config, Worker worker) {
        LiveKinds kinds = LiveKinds.start(config, worker.clock(), worker.ids());
        try {
            return new Collector(config, kinds, worker);
        } catch (RuntimeException e) {
            kinds.close();
            throw e;
        }
    }

    /** What is shown of it, by name. */
    Map<String, Metric> metrics() {
        return numbers.all(budget::used, requests::open);
    }

    /** Kafka has a record, or never will. */
    void settle(EventRecord record, boolean stored) {
        if (!stored) {
            numbers.droppedRecord();
        }
        record.settle(stored);
    }

    InetSocketAddress address() {
        return place.address();
    }

    /** Bytes that requests hold at this moment. */
    long heldBytes() {
        return budget.used();
    }

    /** The records of the oldest requests; null when none has come within a moment. */
    List<SourceRecord> poll() throws InterruptedException {
        lastPoll = System.nanoTime();
        settleFetched();
        List<Submission> taken = handover.take(config.maxPollRecords(), nextFetch, POLL_MS);
        if (taken.isEmpty()) {
            return null;
        }
        nextFetch = System.nanoTime() + config.pollInterval().toNanos();
        fetched = taken;
        List<SourceRecord> records = new ArrayList<>(
                taken.stream().mapToInt(one -> one.records().size()).sum());
        for (Submission submission : taken) {
            for (Event event : submission.records()) {
                records.add(new EventRecord(PARTITION, Map.of("seq", sequence++), event, submission));
            }
        }
        return records;
    }

    /**
     * Stops in order: new requests go to other tasks or are refused, what Connect has not fetched is answered 503, what it
     * has gets some time for Kafka's word, and the port is left; when Kafka is away, it goes on answering 503 for a while, as
     * Connect stops tasks seconds after it misses Kafka. A worker that commits each poll as a transaction has heard
     * of all that it ever will.
     */
    @Override
    public void close() {
        endpoint.stop();
        requests.stopTaking();
        if (!transactionPerPoll) {
            requests.drain(config.drainMs());
        }
        // Whatever Connect has fetched and Kafka has not acknowledged by now: Kafka is away.
        boolean outage = requests.open() > 0;
        requests.close();
        place.close(outage ? config.outageLinger() : Duration.ZERO);
        authentication.close();
        kinds.close();
    }

    /**
     * An exactly-once worker reports dropped records only with the next transaction, and has none to commit when all
     * records of a poll were dropped. So what it has not reported by the next poll was dropped.
     */
    private void settleFetched() {
        if (transactionPerPoll) {
            fetched.forEach(Submission::restDropped);
        }
        fetched = List.of();
    }

    /** Connect polls without pause unless it is paused, rebalances, or waits for Kafka. */
    private boolean polled() {
        return System.nanoTime() - lastPoll < READY_NANOS;
    }
}
