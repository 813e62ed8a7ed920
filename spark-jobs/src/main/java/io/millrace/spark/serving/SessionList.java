package io.millrace.spark.serving;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * All sessions of one user on one site, ordered by time.
 *
 * <p>Consecutive events make a run: no silence within it is as long as the gap. A run that is no longer than the maximum is
 * one session. A longer one is cut where a multiple of the maximum since 1970 lies (at midnight, when it is a day), so that
 * no session is longer than the maximum. What is kept are the pieces of runs between those cuts. So out-of-order events may
 * extend a session, join two, cut one or begin one between others, and whichever order they come in, the result is the same.
 */
final class SessionList implements Aggregate<SessionList> {
    /** Stands where a number of sessions stood before actions were counted. */
    private static final int COUNTED = -2;

    /**
     * When sessions end, in milliseconds.
     *
     * @param gap the silence that ends a session
     * @param maximum how long a session may be; at least the gap
     */
    record Limits(long gap, long maximum) implements Serializable {
        private long cell(Session piece) {
            return Math.floorDiv(piece.first().time(), maximum);
        }

        /** Whether both belong to the same run and no cut can ever lie between them. */
        private boolean onePiece(Session one, Session other) {
            return cell(one) == cell(other) && one.touches(other, gap);
        }
    }

    private final Limits limits;
    /** Ordered by time; no two of them are one piece. */
    private final List<Session> pieces;

    private SessionList(Limits limits, List<Session> pieces) {
        this.limits = limits;
        this.pieces = pieces;
    }

    static SessionList of(EnrichedEvent event, Limits limits) {
        List<Session> pieces = new ArrayList<>(2);
        pieces.add(Session.of(event));
        return new SessionList(limits, pieces);
    }

    @Override
    public SessionList with(SessionList other) {
        other.pieces.forEach(this::add);
        return this;
    }

    private void add(Session piece) {
        // From the end, where new events mostly belong.
        int end = pieces.size();
        while (end > 0
                && pieces.get(end - 1).first().time() > piece.last().time()
                && !limits.onePiece(pieces.get(end - 1), piece)) {
            end--;
        }
        Session merged = piece;
        int start = end;
        while (start > 0 && limits.onePiece(pieces.get(start - 1), merged)) {
            start--;
            merged = merged.with(pieces.get(start));
        }
        List<Session> replaced = pieces.subList(start, end);
        replaced.clear();
        replaced.add(merged);
    }

    /**
     * Marks as closed what has ended: every session but the newest, and the newest too once nothing has come for the gap.
     *
     * @param arrival the time of the batch, epoch milliseconds
     */
    void close(long arrival) {
        List<List<Session>> sessions = new ArrayList<>();
        eachSession(part -> sessions.add(part));
        for (int i = 0; i < sessions.size(); i++) {
            boolean superseded = i < sessions.size() - 1;
            boolean ended = superseded || arrival - lastArrival(sessions.get(i)) >= limits.gap();
            sessions.get(i).replaceAll(piece -> piece.closed() == ended ? piece : piece.closed(ended));
        }
    }

    /** Ordered by time. */
    List<Session> sessions() {
        List<Session> sessions = new ArrayList<>(pieces.size());
        eachSession(part -> {
            Session whole = part.get(0);
            for (Session piece : part.subList(1, part.size())) {
                whole = whole.with(piece);
            }
            sessions.add(whole.closed(part.get(part.size() - 1).closed()));
        });
        return sessions;
    }

    /** Gives the pieces of each session, as a part of the list of pieces. */
    private void eachSession(Consumer<List<Session>> session) {
        int from = 0;
        while (from < pieces.size()) {
            int to = from + 1;
            while (to < pieces.size() && pieces.get(to - 1).touches(pieces.get(to), limits.gap())) {
                to++;
            }
            long length =
                    pieces.get(to - 1).last().time() - pieces.get(from).first().time();
            if (length <= limits.maximum()) {
                session.accept(pieces.subList(from, to));
            } else {
                for (int piece = from; piece < to; piece++) {
                    session.accept(pieces.subList(piece, piece + 1));
                }
            }
            from = to;
        }
    }

    private static long lastArrival(List<Session> parts) {
        return parts.stream().mapToLong(Session::lastArrival).max().orElseThrow();
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeInt(COUNTED);
        out.writeInt(pieces.size());
        for (Session piece : pieces) {
            piece.write(out);
        }
    }

    static SessionList read(DataInput in, Limits limits) throws IOException {
        int size = in.readInt();
        boolean counted = size == COUNTED;
        if (counted) {
            size = in.readInt();
        }
        List<Session> pieces = new ArrayList<>(size + 1);
        for (int i = 0; i < size; i++) {
            pieces.add(Session.read(in, counted));
        }
        pieces.sort(Comparator.comparing(Session::first));
        return new SessionList(limits, pieces);
    }
}
