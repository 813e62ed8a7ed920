package io.millrace.connect.http;

import java.net.InetSocketAddress;
import java.time.Clock;
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

    private final int maxPollRecords;
    private final Handover handover = new Handover();
    private final ByteBudget budget;
    private final LiveKinds kinds;
    private final Requests requests;
    private final HttpListener listener;
    private volatile long lastPoll = System.nanoTime() - READY_NANOS;
    private final boolean transactionPerPoll;
    private List<Submission> fetched = List.of();
    private long sequence;

    private Collector(HttpSourceConfig config, LiveKinds kinds, Clock clock) {
        this.kinds = kinds;
        this.maxPollRecords = config.maxPollRecords();
        this.transactionPerPoll = config.transactionPerPoll();
        this.budget = new ByteBudget(config.maxInFlightBytes());
        this.requests = new Requests(
                new RequestReader(config.limits(), clock), handover, budget, config.limits(), this::polled);
        this.listener = HttpListener.open(config, requests, kinds);
    }

    /**
     * Reads the contracts and opens the port.
     *
     * @param clock gives the time of acceptance
     * @param ids gives identities to events that come without
     * @throws RuntimeException when a contract cannot be used or the port cannot be had, with the reason
     */
    static Collector start(HttpSourceConfig config, Clock clock, Supplier<String> ids) {
        LiveKinds kinds = LiveKinds.start(config, clock, ids);
        try {
            return new Collector(config, kinds, clock);
        } catch (RuntimeException e) {
            kinds.close();
            throw e;
        }
    }

    InetSocketAddress address() {
        return listener.address();
    }

    /** Bytes that requests hold at this moment. */
    long heldBytes() {
        return budget.used();
    }

    /** The records of the oldest requests; null when none has come within a moment. */
    List<SourceRecord> poll() throws InterruptedException {
        lastPoll = System.nanoTime();
        settleFetched();
        List<Submission> taken = handover.take(maxPollRecords, POLL_MS);
        if (taken.isEmpty()) {
            return null;
        }
        fetched = taken;
        List<SourceRecord> records = new ArrayList<>(
                taken.stream().mapToInt(one -> one.events().size()).sum());
        for (Submission submission : taken) {
            for (Event event : submission.events()) {
                records.add(new EventRecord(PARTITION, Map.of("seq", sequence++), event, submission));
            }
        }
        return records;
    }

    /** Answers everything that is open with 503 and frees the port. */
    @Override
    public void close() {
        listener.stopAccepting();
        requests.close();
        listener.close();
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
