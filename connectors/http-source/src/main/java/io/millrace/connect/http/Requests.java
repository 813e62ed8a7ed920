package io.millrace.connect.http;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The requests between the listener and Connect. Knows nothing of HTTP's wire format nor of Connect's tasks. Safe for use
 * by several threads.
 */
final class Requests {
    private final RequestReader reader;
    private final Handover handover;
    private final ByteBudget budget;
    private final Limits limits;
    private final BooleanSupplier ready;
    private final Set<Submission> open = ConcurrentHashMap.newKeySet();

    /** @param ready whether Connect fetches records at the moment */
    Requests(RequestReader reader, Handover handover, ByteBudget budget, Limits limits, BooleanSupplier ready) {
        this.reader = reader;
        this.handover = handover;
        this.budget = budget;
        this.limits = limits;
        this.ready = ready;
    }

    Limits limits() {
        return limits;
    }

    boolean ready() {
        return ready.getAsBoolean();
    }

    ByteBudget.Lease lease() {
        return budget.lease();
    }

    /**
     * Reads a body and hands its events over.
     *
     * @param kind of the events
     * @param lease what the request holds; belongs to this object afterwards
     * @param answer takes the answer, on any thread, once; not called when a rejection is thrown
     * @return what to pass to {@link #expire} when the request's time is over
     * @throws Rejection when nothing of the request is accepted
     */
    Submission submit(EventKind kind, Body body, ClientFacts client, ByteBudget.Lease lease, Consumer<Answer> answer)
            throws Rejection {
        boolean handedOver = false;
        try {
            List<Event> events = body.gzip()
                    ? reader.readGzip(kind.reader(), body.bytes(), body.offset(), body.length(), client, lease)
                    : reader.read(kind.reader(), body.bytes(), body.offset(), body.length(), client, lease);
            Submission submission = new Submission(kind.topic(), events, lease, answer, open::remove);
            if (events.isEmpty()) {
                submission.answerEmpty();
                return submission;
            }
            open.add(submission);
            handedOver = handover.offer(submission);
            if (!handedOver) {
                open.remove(submission);
                throw stopping(false);
            }
            return submission;
        } finally {
            if (!handedOver) {
                lease.release();
            }
        }
    }

    /** Answers a request whose time is over, and forgets its records if Connect has not fetched them. */
    void expire(Submission submission) {
        boolean untouched = handover.withdraw(submission);
        if (untouched) {
            submission.release();
        }
        String outcome = untouched
                ? "nothing of it is stored; send it again"
                : "it may be stored yet; send it again with the same event_id";
        submission.answer(Rejection.notAcknowledged(
                "Kafka has not acknowledged the request within " + limits.timeoutMs() + " ms; " + outcome));
    }

    /** Accepts nothing more and answers everything that is open. */
    void close() {
        for (Submission submission : handover.close()) {
            submission.release();
            submission.answer(stopping(false));
        }
        for (Submission submission : open) {
            submission.answer(stopping(true));
        }
        open.clear();
    }

    static Rejection stopping(boolean maybeStored) {
        return Rejection.stopping("the collector is stopping; "
                + (maybeStored
                        ? "the request may be stored, send it again with the same event_id"
                        : "nothing of the request is stored, send it again"));
    }

    /** The bytes of a body, in a part of an array that is the caller's. */
    record Body(byte[] bytes, int offset, int length, boolean gzip) {}
}
