package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.RecordFailure;
import io.millrace.connect.commons.RejectedRecord;
import io.millrace.connect.commons.RetriableFailure;
import io.millrace.connect.commons.RetryBudget;
import io.millrace.connect.commons.SinkFailure;
import io.millrace.connect.commons.SinkMetrics;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Keeps several bulk requests on their way, each lane one. Everything happens on the task's thread but the sending and
 * the reading of answers: replies are queued and looked at when the task calls.
 */
final class BulkEngine {

    private final BulkTransport transport;
    private final List<Lane> lanes;
    private final BulkLimits limits;
    private final LongSupplier nanos;
    private final SinkMetrics metrics;
    private final ReplyQueue replies = new ReplyQueue();
    private final Deque<Outcome.Refused> refused = new ArrayDeque<>();
    private int inFlight;
    private RetriableFailure outage;
    private SinkFailure fatal;

    /**
     * @param lanes how many requests may be on their way
     * @param itemRetries makes each lane's budget for items that are refused for the moment
     * @param nanos a clock in nanoseconds; only differences are used
     */
    BulkEngine(
            BulkTransport transport,
            int lanes,
            BulkLimits limits,
            Supplier<RetryBudget> itemRetries,
            LongSupplier nanos,
            SinkMetrics metrics) {
        this.transport = transport;
        this.lanes =
                Stream.generate(() -> new Lane(itemRetries.get())).limit(lanes).toList();
        this.limits = limits;
        this.nanos = nanos;
        this.metrics = metrics;
    }

    /**
     * The lane for a document, with room for one more operation.
     *
     * @param id decides the lane
     * @throws SinkFailure when room can only come once the store is back, or never
     */
    Lane laneFor(String id) {
        int hash = id.hashCode();
        Lane lane = lanes.get(Math.floorMod(hash ^ hash >>> 16, lanes.size()));
        while (limits.isFull(lane)) {
            if (lane.state() == Lane.State.IDLE) {
                send(lane);
            } else {
                step();
            }
        }
        return lane;
    }

    /**
     * Sends what has gathered, unless it is little and the server has enough to do: small requests cost it more than
     * they gain.
     */
    void sendWorthwhile() {
        for (Lane lane : lanes) {
            if (lane.state() == Lane.State.IDLE && isWorthwhile(lane)) {
                send(lane);
            }
        }
    }

    private boolean isWorthwhile(Lane lane) {
        return lane.hasOutstanding() || limits.isHalfFull(lane) || (inFlight == 0 && !lane.isEmpty());
    }

    /** Sends what has gathered on every lane that is free. */
    void sendGathered() {
        for (Lane lane : lanes) {
            if (lane.state() == Lane.State.IDLE && !lane.isEmpty()) {
                send(lane);
            }
        }
    }

    /** Deals with the replies that have come and the waits that are over, without blocking. */
    void poll() {
        for (ReplyQueue.Ended next = replies.poll(); next != null; next = replies.poll()) {
            handle(next);
        }
        refuseToGoOn();
        resendDue();
    }

    /** Works until nothing is outstanding, or the time is over. Returns whether nothing is. */
    boolean drain(long timeoutMs) {
        long deadline = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        poll();
        sendGathered();
        while (!isEmpty() && nanos.getAsLong() < deadline) {
            step();
            sendGathered();
        }
        return isEmpty();
    }

    /**
     * Sends everything again that a failed request has left, once each, and waits for the replies.
     *
     * @throws SinkFailure when the store still does not take it
     */
    void recover() {
        while (inFlight > 0) {
            handle(replies.take());
        }
        outage = null;
        refuseToGoOn();
        List<Lane> probed = lanes.stream().filter(Lane::hasOutstanding).toList();
        probed.forEach(this::send);
        while (inFlight > 0) {
            handle(replies.take());
        }
        Optional<Lane> refusedAgain = probed.stream()
                .filter(lane -> lane.state() == Lane.State.WAITING)
                .findFirst();
        if (outage == null && refusedAgain.isPresent()) {
            outage = new RetriableFailure(transport.address() + " still refuses some items", null);
        }
        refuseToGoOn();
    }

    boolean isInOutage() {
        return outage != null;
    }

    boolean isEmpty() {
        return inFlight == 0 && lanes.stream().allMatch(Lane::isEmpty);
    }

    /**
     * Hands over the records that were refused for good. One counts as done only when that has succeeded, so its offset
     * is not committed when it has not.
     */
    void report(Consumer<RejectedRecord> report) {
        for (Outcome.Refused next = refused.peek(); next != null; next = refused.peek()) {
            report.accept(new RejectedRecord(next.item().record(), next.reason()));
            next.item().done();
            refused.remove();
        }
    }

    /** Gives a record up. */
    void reject(Item item, RecordFailure reason) {
        if (item.progress().isDropped()) {
            return;
        }
        refused.add(new Outcome.Refused(item, reason));
    }

    private void send(Lane lane) {
        lane.send(transport, limits.maxBytes(), nanos.getAsLong(), reply -> replies.add(lane, reply));
        if (lane.state() == Lane.State.IN_FLIGHT) {
            inFlight++;
        }
    }

    /** Waits for the next thing to happen, and deals with it. */
    private void step() {
        refuseToGoOn();
        long now = nowMs();
        OptionalLong due = lanes.stream()
                .filter(lane -> lane.state() == Lane.State.WAITING)
                .mapToLong(Lane::dueMs)
                .min();
        if (inFlight == 0 && due.isEmpty()) {
            return;
        }
        long wait = due.isPresent() ? Math.max(0, due.getAsLong() - now) : Long.MAX_VALUE;
        ReplyQueue.Ended next = replies.take(wait);
        if (next != null) {
            handle(next);
        }
        poll();
    }

    private void handle(ReplyQueue.Ended end) {
        inFlight--;
        Lane lane = end.lane();
        if (end.reply() instanceof BulkTransport.Answered answered) {
            answered(lane, answered.errors());
        } else if (end.reply() instanceof BulkTransport.TooLarge tooLarge) {
            tooLarge(lane, tooLarge.error());
        } else if (end.reply() instanceof BulkTransport.Failed failed) {
            lane.replied(List.copyOf(lane.sentItems()));
            stall(lane, failed.failure());
        }
    }

    private void answered(Lane lane, List<ErrorAnswer> errors) {
        List<Item> items = lane.sentItems();
        metrics.wrote(items.size(), lane.sentBytes(), nanos.getAsLong() - lane.sentNanos());
        Outcome outcome = Outcome.of(items, errors, transport.address());
        outcome.done().forEach(Item::done);
        long oldestEventMs = Long.MAX_VALUE;
        for (Item item : items) {
            Long time = item.record().timestamp();
            oldestEventMs = time == null ? oldestEventMs : Math.min(oldestEventMs, time);
        }
        if (oldestEventMs != Long.MAX_VALUE) {
            metrics.oldestEvent(oldestEventMs);
        }
        outcome.refused().forEach(one -> reject(one.item(), one.reason()));
        for (int i = 0; i < outcome.applied(); i++) {
            metrics.skipped();
        }
        fatal = fatal == null ? outcome.fatal() : fatal;
        lane.replied(outcome.again());
        if (outcome.again().isEmpty()) {
            lane.retries().succeeded();
            goOn(lane);
        } else if (fatal != null) {
            lane.stall();
        } else {
            OptionalLong wait = lane.retries().failed();
            if (wait.isPresent()) {
                lane.waitUntil(nowMs() + wait.getAsLong());
            } else {
                lane.retries().succeeded();
                stall(lane, outcome.passing());
            }
        }
    }

    private void tooLarge(Lane lane, ErrorAnswer error) {
        List<Item> items = List.copyOf(lane.sentItems());
        int size = lane.sentBytes();
        if (items.size() == 1) {
            reject(
                    items.get(0),
                    new RecordFailure("its document of " + size + " bytes is larger than the server takes ("
                            + error.status() + "); raise http.max_content_length there"));
            lane.replied(Collections.emptyList());
        } else {
            limits.refused(size, transport.address());
            lane.replied(items);
        }
        goOn(lane);
    }

    private void goOn(Lane lane) {
        if (outage == null && fatal == null) {
            if (isWorthwhile(lane)) {
                send(lane);
            }
        } else if (lane.hasOutstanding()) {
            lane.stall();
        }
    }

    private void stall(Lane lane, SinkFailure failure) {
        lane.stall();
        if (failure instanceof RetriableFailure passing) {
            outage = passing;
        } else {
            fatal = failure;
        }
    }

    private void resendDue() {
        for (Lane lane : lanes) {
            if (lane.state() == Lane.State.WAITING && lane.dueMs() <= nowMs()) {
                send(lane);
            }
        }
    }

    private void refuseToGoOn() {
        if (fatal != null) {
            throw fatal;
        }
        if (outage != null) {
            throw outage;
        }
    }

    private long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong());
    }
}
