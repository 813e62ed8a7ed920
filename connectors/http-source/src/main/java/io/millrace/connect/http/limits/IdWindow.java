package io.millrace.connect.http.limits;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The identities of events that are on their way to Kafka, and of those that got there not long ago, so that an event that
 * a client sends again is not a second one. Safe for use by several threads.
 *
 * <pre>
 * unknown --claim--> PENDING --stored--> STORED --too old, or too many newer ones--> unknown
 *                       \---given up, or too old--> unknown
 * </pre>
 *
 * What is pending is bounded by the memory that requests may hold, what is stored by this window.
 */
public final class IdWindow {
    private static final int LONGEST = 64;

    private final int size;
    private final long keepNanos;
    private final LongSupplier nanos;
    private final Map<Id, Pending> pending = new HashMap<>();
    private final Map<Id, Long> stored = new LinkedHashMap<>();

    /** Identity of an event among those of its kind. */
    public record Id(String kind, String id) {
        /** Long ones are replaced by their digest, so that a client cannot fill the window's memory with one. */
        public static Id of(String kind, String id) {
            return new Id(kind, id.length() <= LONGEST ? id : digest(id));
        }

        private static String digest(String id) {
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JVM has SHA-256", e);
            }
        }
    }

    /** Who waits for an event that somebody else has sent. */
    public interface Waiter {
        /** @param stored whether Kafka has the event now; false when it was given up */
        void settled(boolean stored);
    }

    /** What became of a claim. */
    public enum Claim {
        /** It is the claimer's to send. */
        NEW,
        /** Kafka has it. */
        STORED,
        /** The same claimer sends it already. */
        OWN,
        /** Another sends it at the moment; the waiter is told how that ends. */
        PENDING
    }

    private static final class Pending {
        private final Object owner;
        private final long since;
        private final List<Waiter> waiters;

        Pending(Object owner, long since, List<Waiter> waiters) {
            this.owner = owner;
            this.since = since;
            this.waiters = waiters;
        }
    }

    /**
     * @param size how many stored ones are known; zero switches the window off
     * @param keepMs milliseconds for which a stored one is known
     * @param nanos a clock that only goes forward
     */
    public IdWindow(int size, long keepMs, LongSupplier nanos) {
        this.size = size;
        this.keepNanos = keepMs * 1_000_000;
        this.nanos = nanos;
    }

    public boolean isOn() {
        return size > 0;
    }

    /** @param waiter is told later when the answer is {@code PENDING}, on any thread, never within this call */
    public synchronized Claim claim(Id id, Object owner, Waiter waiter) {
        long now = nanos.getAsLong();
        Long since = stored.get(id);
        if (since != null) {
            if (now - since < keepNanos) {
                return Claim.STORED;
            }
            stored.remove(id);
        }
        Pending other = pending.get(id);
        if (other == null || now - other.since >= keepNanos) {
            // Nothing is on its way as long: a task was given up and never told so. Who waits for it waits for this
            // one.
            pending.put(id, new Pending(owner, now, other == null ? new ArrayList<>(0) : other.waiters));
            return Claim.NEW;
        }
        if (other.owner == owner) {
            return Claim.OWN;
        }
        other.waiters.add(waiter);
        return Claim.PENDING;
    }

    /** Kafka has the event. */
    public void stored(Id id) {
        settle(id, null, true);
    }

    /** The event will not get to Kafka, or nobody will hear of it; does nothing when its owner is another. */
    public void givenUp(Id id, Object owner) {
        settle(id, owner, false);
    }

    /** How many identities it holds. */
    public synchronized int count() {
        return pending.size() + stored.size();
    }

    private void settle(Id id, Object owner, boolean isStored) {
        List<Waiter> waiters;
        synchronized (this) {
            Pending known = pending.get(id);
            if (known == null || owner != null && known.owner != owner) {
                return;
            }
            pending.remove(id);
            if (isStored) {
                stored.put(id, nanos.getAsLong());
                if (stored.size() > size) {
                    Iterator<Id> eldest = stored.keySet().iterator();
                    eldest.next();
                    eldest.remove();
                }
            }
            waiters = known.waiters;
        }
        // Outside of the lock: a waiter may finish its request, which calls back.
        waiters.forEach(waiter -> waiter.settled(isStored));
    }
}
