package io.millrace.connect.http;

import io.millrace.connect.http.answer.Answer;
import io.millrace.connect.http.answer.Rejection;
import io.millrace.connect.http.limits.ByteBudget;
import io.millrace.connect.http.limits.IdWindow;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The requests between the listener and Connect. Knows nothing of HTTP's wire format nor of Connect's tasks. Safe for use
 * by several threads.
 */
final class Requests {
    private static final long DRAIN_LOOK_MS = 20;

    private final Handover handover;
    private final IdWindow window;
    private final Limits limits;
    private final boolean partial;
    private final Numbers numbers;
    /** Those that are not settled, whether answered or not: what they have claimed of the window is theirs to give up. */
    private final Set<Submission> open = ConcurrentHashMap.newKeySet();

    Requests(Handover handover, IdWindow window, Limits limits, boolean partial, Numbers numbers) {
        this.handover = handover;
        this.window = window;
        this.limits = limits;
        this.partial = partial;
        this.numbers = numbers;
    }

    int open() {
        return open.size();
    }

    /**
     * Hands the events of a body over.
     *
     * @param lease what the request holds; belongs to this object afterwards, also when a rejection is thrown
     * @param client takes the answer, on any thread, once; not called when a rejection is thrown
     * @return what to run when the request's time is over
     * @throws Rejection when nothing of the request is accepted
     */
    Runnable submit(BodyPlan plan, Reading reading, ByteBudget.Lease lease, Consumer<Answer> client) throws Rejection {
        numbers.read(reading);
        Submission submission = new Submission(window, lease, client, open::remove);
        reading.events().forEach(submission::add);
        reading.setAside().forEach(submission::add);
        numbers.duplicates(submission.duplicates());
        Answer success = Replies.of(plan, reading, partial, submission.duplicates());
        open.add(submission);
        submission.begun(success);
        if (!submission.records().isEmpty() && !handover.offer(submission)) {
            submission.abandon();
            throw stopping(false);
        }
        if (plan.memory() && reading.rejected() == 0) {
            // Its memory stays counted until Kafka has it.
            submission.answer(success);
            return () -> {};
        }
        return () -> expire(submission);
    }

    /** Accepts nothing more, and answers what Connect has not fetched. */
    void stopTaking() {
        for (Submission submission : handover.close()) {
            submission.abandon();
            submission.answer(stopping(false));
        }
    }

    /** Waits until everything that Connect has fetched is answered, but no longer than some milliseconds. */
    void drain(long limitMs) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        while (open.stream().anyMatch(one -> !one.isAnswered()) && System.nanoTime() < end) {
            try {
                Thread.sleep(DRAIN_LOOK_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Answers everything that is open. */
    void close() {
        stopTaking();
        for (Submission submission : open) {
            submission.answer(stopping(true));
            submission.abandon();
        }
    }

    static Rejection stopping(boolean maybeStored) {
        return Rejection.stopping("the collector is stopping; "
                + (maybeStored
                        ? "the request may be stored, send it again with the same event_id"
                        : "nothing of the request is stored, send it again"));
    }

    /** Answers a request whose time is over, and forgets its records if Connect has not fetched them. */
    private void expire(Submission submission) {
        boolean untouched = handover.withdraw(submission);
        if (untouched) {
            submission.abandon();
        }
        String outcome = untouched
                ? "nothing of it is stored; send it again"
                : "it may be stored yet; send it again with the same event_id";
        submission.answer(Rejection.notAcknowledged(
                "Kafka has not acknowledged the request within " + limits.timeoutMs() + " ms; " + outcome));
    }
}
