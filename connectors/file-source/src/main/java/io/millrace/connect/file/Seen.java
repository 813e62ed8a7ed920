package io.millrace.connect.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.Set;

/**
 * The objects in which there is nothing left to read, as they were found. Keeps 8 bytes of each, and forgets those that a
 * look does not find any more. Used by one thread.
 */
final class Seen {
    private final MessageDigest digest;
    private Set<Long> before = new HashSet<>();
    private Set<Long> now = new HashSet<>();

    Seen() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    void add(StoredObject object) {
        now.add(mark(object));
    }

    /** Whether it was added, by an earlier look too. */
    boolean contains(StoredObject object) {
        long mark = mark(object);
        if (before.contains(mark)) {
            now.add(mark);
        }
        return now.contains(mark);
    }

    /** The look is over. */
    void turn() {
        before = now;
        now = new HashSet<>();
    }

    private long mark(StoredObject object) {
        digest.update(object.identity().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update(object.version().getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(digest.digest()).getLong();
    }
}
