package io.millrace.connect.http;

import io.millrace.connect.http.answer.Answer;
import io.millrace.connect.http.answer.Rejection;
import io.millrace.connect.http.limits.ByteBudget;
import io.millrace.connect.http.limits.IdWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One request on its way to Kafka. It is answered once, by whichever comes first: Kafka has settled all of its records and
 * those of others that it waits for, its time is over, or the task stops. The memory it holds is given back only when
 * nobody holds its records any more, which may be long after the answer when Kafka is away. Safe for use by several threads
 * once it is {@link #begun}.
 */
final class Submission implements IdWindow.Waiter {
    private final List<Event> records = new ArrayList<>();
    private final IdWindow window;
    private final ByteBudget.Lease lease;
    private final Consumer<Answer> client;
    private final Consumer<Submission> whenSettled;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final AtomicInteger dropped = new AtomicInteger();
    /** One more than there is to wait for until everything is added, so that an early end is not taken for the end. */
    private final AtomicInteger unsettled = new AtomicInteger(1);
    /** Those of them that are its own records. */
    private final AtomicInteger ownUnsettled = new AtomicInteger();

    private volatile boolean othersFailed;
    private Answer success;
    private int duplicates;

    /**
     * @param window knows the events of other requests
     * @param lease the memory that the request holds
     * @param client takes the answer on any thread and must not block: the thread may be the producer's
     * @param whenSettled is told when nothing more will happen to it, under the same conditions
     */
    Submission(IdWindow window, ByteBudget.Lease lease, Consumer<Answer> client, Consumer<Submission> whenSettled) {
        this.window = window;
        this.lease = lease;
        this.client = client;
        this.whenSettled = whenSettled;
    }

    /** Adds an event, unless Kafka has it or is about to get it. */
    void add(Event event) {
        unsettled.incrementAndGet();
        IdWindow.Claim claim = event.sentId() == null || !window.isOn()
                ? IdWindow.Claim.NEW
                : window.claim(event.sentId(), this, this);
        if (claim == IdWindow.Claim.NEW) {
            records.add(event);
            ownUnsettled.incrementAndGet();
        } else {
            duplicates++;
        }
        if (claim == IdWindow.Claim.STORED || claim == IdWindow.Claim.OWN) {
            unsettled.decrementAndGet();
        }
    }

    /** Whether the client has its answer. */
    boolean isAnswered() {
        return answered.get();
    }

    /** How many of the events were known. */
    int duplicates() {
        return duplicates;
    }

    /** What is sent to Kafka. */
    List<Event> records() {
        return records;
    }

    /** Everything is added, and not handed over yet. @param answer to give when all is in Kafka */
    void begun(Answer answer) {
        success = answer;
        settle();
    }

    /** Kafka has one more record. */
    void recordStored(Event event) {
        if (event.sentId() != null) {
            window.stored(event.sentId());
        }
        settleOwn();
    }

    /** Connect has dropped one of the records and will never send it. */
    void recordDropped(Event event) {
        giveUp(event);
        dropped.incrementAndGet();
        settleOwn();
    }

    /** An event that another request has sent came to its end. */
    @Override
    public void settled(boolean stored) {
        if (!stored) {
            othersFailed = true;
        }
        settle();
    }

    /** Answers now, whatever happens to the records; does nothing when there was an answer. */
    void answer(Rejection rejection) {
        answer(Answer.of(rejection));
    }

    /** Answers before Kafka has the records; does nothing when there was an answer. */
    void answer(Answer answer) {
        if (answered.compareAndSet(false, true)) {
            client.accept(answer);
        }
    }

    /** Nobody will hear of the records: they were never handed to Connect, or it is about to stop. */
    void abandon() {
        records.forEach(this::giveUp);
        lease.release();
        whenSettled.accept(this);
    }

    /** Connect has dropped every record that is not settled yet. */
    void restDropped() {
        int rest = ownUnsettled.getAndSet(0);
        if (rest > 0) {
            records.forEach(this::giveUp);
            dropped.addAndGet(rest);
            if (unsettled.addAndGet(-rest) == 0) {
                finish();
            }
        }
    }

    private void giveUp(Event event) {
        if (event.sentId() != null) {
            window.givenUp(event.sentId(), this);
        }
    }

    private void settleOwn() {
        // Below zero when Connect reports a record that it was known to have dropped.
        if (ownUnsettled.decrementAndGet() >= 0) {
            settle();
        }
    }

    private void settle() {
        if (unsettled.decrementAndGet() == 0) {
            finish();
        }
    }

    private void finish() {
        lease.release();
        whenSettled.accept(this);
        int lost = dropped.get();
        if (lost > 0) {
            answer(Rejection.dropped(lost, records.size()));
        } else if (othersFailed) {
            answer(Rejection.notAcknowledged(
                    "another request with some of the same events was given up; send it again"));
        } else {
            answer(success);
        }
    }
}
