package io.millrace.spark.serving;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * All sessions of one user on one site, ordered by time, no two of which touch.
 *
 * <p>Out-of-order events may extend any of them, join two, or begin one between two others; whichever order events come
 * in, the result is the same.
 */
final class SessionList implements Aggregate<SessionList> {
    private final long gap;
    private final List<Session> sessions;

    private SessionList(long gap, List<Session> sessions) {
        this.gap = gap;
        this.sessions = sessions;
    }

    /** @param gap the silence, in milliseconds, that ends a session */
    static SessionList of(EnrichedEvent event, long gap) {
        List<Session> sessions = new ArrayList<>(2);
        sessions.add(Session.of(event));
        return new SessionList(gap, sessions);
    }

    @Override
    public SessionList with(SessionList other) {
        other.sessions.forEach(this::add);
        return this;
    }

    private void add(Session session) {
        // From the end, where new events mostly belong.
        int end = sessions.size();
        while (end > 0 && sessions.get(end - 1).first().time() - session.last().time() >= gap) {
            end--;
        }
        Session merged = session;
        int start = end;
        while (start > 0 && sessions.get(start - 1).touches(merged, gap)) {
            start--;
            merged = merged.with(sessions.get(start));
        }
        List<Session> replaced = sessions.subList(start, end);
        replaced.clear();
        replaced.add(merged);
    }

    /**
     * Marks as closed what has ended: every session but the newest, and the newest too once nothing has come for the gap.
     *
     * @param arrival the time of the batch, epoch milliseconds
     */
    void close(long arrival) {
        for (int i = 0; i < sessions.size(); i++) {
            Session session = sessions.get(i);
            boolean superseded = i < sessions.size() - 1;
            boolean ended = superseded || arrival - session.lastArrival() >= gap;
            if (session.closed() != ended) {
                sessions.set(i, session.closed(ended));
            }
        }
    }

    /** Ordered by time. */
    List<Session> sessions() {
        return List.copyOf(sessions);
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeInt(sessions.size());
        for (Session session : sessions) {
            session.write(out);
        }
    }

    static SessionList read(DataInput in, long gap) throws IOException {
        int size = in.readInt();
        List<Session> sessions = new ArrayList<>(size + 1);
        for (int i = 0; i < size; i++) {
            sessions.add(Session.read(in));
        }
        sessions.sort(Comparator.comparing(Session::first));
        return new SessionList(gap, sessions);
    }
}
