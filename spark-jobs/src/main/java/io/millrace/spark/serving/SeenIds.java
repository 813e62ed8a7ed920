package io.millrace.spark.serving;

import java.nio.ByteBuffer;

/**
 * Which ids came within the horizon, of those that share a bucket. As bytes it is an entry per id: 16 bytes of the id's digest
 * and the epoch milliseconds at which it first came. Looked through from end to end, so a bucket should hold hundreds at most.
 */
final class SeenIds {
    private static final int DIGEST = 16;
    private static final int ENTRY = DIGEST + Long.BYTES;

    /**
     * Into how many buckets ids are spread. As many as a state can have rows without hurting; a bucket then has some hundred
     * ids when 5,000 new ones a second are remembered for a day.
     */
    private static final int BUCKET_BITS = 20;

    private ByteBuffer entries;

    /** @param state what {@link #bytes} gave; null when nothing was seen */
    SeenIds(byte[] state) {
        entries = ByteBuffer.wrap(state == null ? new byte[0] : state.clone());
        entries.position(entries.limit());
    }

    /** The bucket of an id. @param digest {@link io.millrace.spark.Digests#bits128} of it */
    static int bucket(byte[] digest) {
        return ByteBuffer.wrap(digest).getInt() >>> (Integer.SIZE - BUCKET_BITS);
    }

    /** Forgets what came at this time or before, in epoch milliseconds. */
    void forget(long until) {
        int kept = 0;
        for (int at = 0; at < entries.position(); at += ENTRY) {
            if (entries.getLong(at + DIGEST) > until) {
                entries.put(kept, entries.array(), at, ENTRY);
                kept += ENTRY;
            }
        }
        entries.position(kept);
    }

    /** Remembers an id; false when it is remembered already. @param arrival epoch milliseconds */
    boolean add(byte[] digest, long arrival) {
        ByteBuffer id = ByteBuffer.wrap(digest);
        for (int at = 0; at < entries.position(); at += ENTRY) {
            if (entries.getLong(at) == id.getLong(0) && entries.getLong(at + Long.BYTES) == id.getLong(Long.BYTES)) {
                return false;
            }
        }
        if (entries.remaining() < ENTRY) {
            ByteBuffer larger = ByteBuffer.allocate(2 * entries.position() + ENTRY);
            entries = larger.put(entries.flip());
        }
        entries.put(digest, 0, DIGEST).putLong(arrival);
        return true;
    }

    boolean isEmpty() {
        return entries.position() == 0;
    }

    byte[] bytes() {
        byte[] bytes = new byte[entries.position()];
        entries.get(0, bytes);
        return bytes;
    }
}
