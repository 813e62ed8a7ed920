package io.millrace.spark.serving;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * How many events, by how many different users. Merging is commutative and associative, so the order of events and the
 * way they are cut into batches do not matter.
 */
final class WindowCount implements Aggregate<WindowCount> {
    private long events;
    private final Set<Long> users;
    private Freshness freshness;

    private WindowCount(long events, Set<Long> users, Freshness freshness) {
        this.events = events;
        this.users = users;
        this.freshness = freshness;
    }

    /** Counts one event and, by a 64-bit hash of the name, its user. */
    static WindowCount of(EnrichedEvent event, long userHash) {
        Set<Long> users = new HashSet<>(4);
        users.add(userHash);
        return new WindowCount(1, users, Freshness.of(event));
    }

    /** Counts one event and no user. */
    static WindowCount of(EnrichedEvent event) {
        return of(Freshness.of(event));
    }

    /** Counts one event that is this fresh, and no user. */
    static WindowCount of(Freshness freshness) {
        return new WindowCount(1, new HashSet<>(0), freshness);
    }

    @Override
    public WindowCount with(WindowCount other) {
        events += other.events;
        users.addAll(other.users);
        freshness = freshness.with(other.freshness);
        return this;
    }

    long events() {
        return events;
    }

    long users() {
        return users.size();
    }

    Freshness freshness() {
        return freshness;
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeLong(events);
        freshness.write(out);
        out.writeInt(users.size());
        for (long user : users) {
            out.writeLong(user);
        }
    }

    static WindowCount read(DataInput in) throws IOException {
        long events = in.readLong();
        Freshness freshness = Freshness.read(in);
        int size = in.readInt();
        Set<Long> users = new HashSet<>(size * 4 / 3 + 1);
        for (int i = 0; i < size; i++) {
            users.add(in.readLong());
        }
        return new WindowCount(events, users, freshness);
    }
}
