package io.millrace.local.send;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Identities of a file's lines: 128 bits of a digest over site, file name, byte offset and the line itself. The same file
 * sent twice gives the same identities; a line that was changed, or stands elsewhere, gives another. Not safe for use by
 * several threads.
 */
final class EventIds {
    private static final int BYTES = 16;

    private final MessageDigest digest;
    private final byte[] prefix;

    EventIds(String site, String fileName) {
        this.prefix = (site + "\0" + fileName + "\0").getBytes(StandardCharsets.UTF_8);
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * The identity of a line, 32 hexadecimal digits.
     *
     * @param offset where the line starts in the file, after decompression
     * @param line its bytes without the line end
     */
    String of(long offset, byte[] line) {
        digest.update(prefix);
        digest.update((offset + "\0").getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().formatHex(digest.digest(line), 0, BYTES);
    }
}
