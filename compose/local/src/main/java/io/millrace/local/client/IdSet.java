package io.millrace.local.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A set of identities of which only 64 bits each are kept, so that millions fit into a small heap; two of a million are
 * mistaken for each other once in thirty million runs. Safe for use by several threads.
 */
public final class IdSet {
    private long[] slots = new long[1 << 12];
    private int size;

    /** Adds an identity; says whether it is new. */
    public synchronized boolean add(String id) {
        if (size * 2 > slots.length) {
            grow();
        }
        boolean added = put(slots, fingerprint(id));
        size += added ? 1 : 0;
        return added;
    }

    public synchronized int size() {
        return size;
    }

    /** How many of these identities the other set does not have. */
    public synchronized int missingFrom(IdSet other) {
        int missing = 0;
        for (long slot : slots) {
            missing += slot != 0 && !other.contains(slot) ? 1 : 0;
        }
        return missing;
    }

    private synchronized boolean contains(long fingerprint) {
        for (int at = start(slots, fingerprint); slots[at] != 0; at = at + 1 & slots.length - 1) {
            if (slots[at] == fingerprint) {
                return true;
            }
        }
        return false;
    }

    private void grow() {
        long[] larger = new long[slots.length * 2];
        for (long slot : slots) {
            if (slot != 0) {
                put(larger, slot);
            }
        }
        slots = larger;
    }

    private static boolean put(long[] slots, long fingerprint) {
        int at = start(slots, fingerprint);
        while (slots[at] != 0) {
            if (slots[at] == fingerprint) {
                return false;
            }
            at = at + 1 & slots.length - 1;
        }
        slots[at] = fingerprint;
        return true;
    }

    private static int start(long[] slots, long fingerprint) {
        return (int) (fingerprint ^ fingerprint >>> 32) & slots.length - 1;
    }

    /** Never zero, which marks a free slot. */
    private static long fingerprint(String id) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            long bits = ByteBuffer.wrap(digest).getLong();
            return bits == 0 ? 1 : bits;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
