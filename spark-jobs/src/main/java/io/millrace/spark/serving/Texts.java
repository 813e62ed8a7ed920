package io.millrace.spark.serving;

import io.millrace.spark.Digests;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Texts of any length in state; {@code writeUTF} ends at 64 KiB. */
final class Texts {
    private Texts() {}

    /** @param text may be null */
    static void write(DataOutput out, String text) throws IOException {
        if (text == null) {
            out.writeInt(-1);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static String read(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * A text that takes no more than {@code bytes} in UTF-8: the text itself, or its beginning and 128 bits of its SHA-256, so
     * that different texts stay different. {@code bytes} must be at least 64.
     */
    static String atMost(String text, int bytes) {
        // Three bytes at most per UTF-16 unit, so most texts are not encoded to find out.
        if (text.length() * 3 <= bytes || text.getBytes(StandardCharsets.UTF_8).length <= bytes) {
            return text;
        }
        String digest = HexFormat.of().formatHex(new Digests().bits128(text));
        int keep = (bytes - digest.length() - 4) / 3;
        if (Character.isHighSurrogate(text.charAt(keep - 1))) {
            keep--;
        }
        return text.substring(0, keep) + "...~" + digest;
    }
}
