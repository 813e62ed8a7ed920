package io.millrace.connect.http;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One request on its way to Kafka. It is answered once, by whichever comes first: Kafka has settled all of its records,
 * its time is over, or the task stops. The memory it holds is given back only when nobody holds its records any more,
 * which may be long after the answer when Kafka is away. Safe for use by several threads.
 */
final class Submission {
    private final String topic;
    private final List<Event> events;
    private final ByteBudget.Lease lease;
    private final Consumer<Answer> client;
    private final Consumer<Submission> whenAnswered;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final AtomicInteger dropped = new AtomicInteger();
    private final AtomicInteger unsettled;

    /**
     * @param topic where the events go
     * @param events what is sent
     * @param lease the memory that the request holds
     * @param client takes the answer on any thread and must not block: the thread may be the producer's
     * @param whenAnswered is told afterwards, under the same conditions
     */
    Submission(
            String topic,
            List<Event> events,
            ByteBudget.Lease lease,
            Consumer<Answer> client,
            Consumer<Submission> whenAnswered) {
        this.topic = topic;
        this.events = events;
        this.lease = lease;
        this.client = client;
        this.whenAnswered = whenAnswered;
        this.unsettled = new AtomicInteger(events.size());
    }

    String topic() {
        return topic;
    }

    List<Event> events() {
        return events;
    }

    /** Kafka has one more record. */
    void recordStored() {
        settle();
    }

    /** Connect has dropped one of the records and will never send it. */
    void recordDropped() {
        dropped.incrementAndGet();
        settle();
    }

    /** Answers a request that asks for nothing. */
    void answerEmpty() {
        answer(Answer.accepted(0));
    }

    /** Answers now, whatever happens to the records; does nothing when there was an answer. */
    void answer(Rejection rejection) {
        answer(Answer.of(rejection));
    }

    /** Gives the memory back: the records were never handed to Connect, or it has let go of them. */
    void release() {
        lease.release();
    }

    /** Connect has dropped every record that is not settled yet. */
    void restDropped() {
        int rest = unsettled.getAndSet(0);
        if (rest > 0) {
            dropped.addAndGet(rest);
            finish();
        }
    }

    private void settle() {
        // Below zero when Connect reports a record that it was known to have dropped.
        if (unsettled.decrementAndGet() == 0) {
            finish();
        }
    }

    private void finish() {
        release();
        int lost = dropped.get();
        answer(lost == 0 ? Answer.accepted(events.size()) : Answer.of(Rejection.dropped(lost, events.size())));
    }

    private void answer(Answer answer) {
        if (answered.compareAndSet(false, true)) {
            client.accept(answer);
            whenAnswered.accept(this);
        }
    }
}
