package io.millrace.spark.serving;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Consecutive events of one user. Immutable.
 *
 * @param origin the event that was seen first
 * @param first the event with the earliest event time
 * @param last the event with the latest event time
 * @param events how many
 * @param actions what was done, by event type
 * @param freshness of all its events
 * @param lastArrival when the newest of its events arrived, epoch milliseconds
 * @param closed whether readers were told that it has ended
 */
record Session(
        Origin origin,
        Moment first,
        Moment last,
        long events,
        Actions actions,
        Freshness freshness,
        long lastArrival,
        boolean closed) {

    static Session of(EnrichedEvent event) {
        Moment moment = Moment.of(event);
        return new Session(
                Origin.of(event),
                moment,
                moment,
                1,
                Actions.of(event.type()),
                Freshness.of(event),
                event.arrival(),
                false);
    }

    String id() {
        return origin.eventId();
    }

    /** Whether no silence of at least {@code gap} milliseconds lies between the two. */
    boolean touches(Session other, long gap) {
        return first.time() - other.last.time() < gap && other.first.time() - last.time() < gap;
    }

    /** From its first to its last event, milliseconds. */
    long length() {
        return last.time() - first.time();
    }

    /** Both as one session, open. */
    Session with(Session other) {
        return new Session(
                origin.compareTo(other.origin) <= 0 ? origin : other.origin,
                first.earlier(other.first),
                last.later(other.last),
                events + other.events,
                actions.with(other.actions),
                freshness.with(other.freshness),
                Math.max(lastArrival, other.lastArrival),
                false);
    }

    Session closed(boolean now) {
        return new Session(origin, first, last, events, actions, freshness, lastArrival, now);
    }

    void write(DataOutput out) throws IOException {
        origin.write(out);
        first.write(out);
        last.write(out);
        out.writeLong(events);
        actions.write(out);
        freshness.write(out);
        out.writeLong(lastArrival);
        out.writeBoolean(closed);
    }

    /** @param counted whether actions were written: those who kept sessions before did not count any */
    static Session read(DataInput in, boolean counted) throws IOException {
        return new Session(
                Origin.read(in),
                Moment.read(in),
                Moment.read(in),
                in.readLong(),
                counted ? Actions.read(in) : Actions.NONE,
                Freshness.read(in),
                in.readLong(),
                in.readBoolean());
    }
}
