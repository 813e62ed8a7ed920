package io.millrace.spark;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Short stand-ins for long strings in state. Not safe for use by several threads: one per task. */
public final class Digests {
    private final MessageDigest sha;

    public Digests() {
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** 64 bits: two of a million texts share one with a chance of 3 in 100 million. */
    public long bits64(String text) {
        return ByteBuffer.wrap(digest(text)).getLong();
    }

    /** 128 bits: never shared in practice, however many texts there are. */
    public byte[] bits128(String text) {
        return Arrays.copyOf(digest(text), 16);
    }

    private byte[] digest(String text) {
        return sha.digest(text.getBytes(StandardCharsets.UTF_8));
    }
}
