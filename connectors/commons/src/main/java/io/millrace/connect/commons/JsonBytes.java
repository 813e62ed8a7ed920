package io.millrace.connect.commons;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A buffer of UTF-8 JSON that grows and is reused; it knows how values are written, not what makes a document. Used by one
 * thread.
 */
public final class JsonBytes {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SMALLEST = "-9223372036854775808".getBytes(StandardCharsets.US_ASCII);
    private static final int INITIAL = 64 * 1024;

    /** An empty buffer that once held a huge document gives the memory back. */
    private static final int KEPT = 32 * 1024 * 1024;

    /** One character takes six bytes at most, as a unicode escape. */
    private static final int WIDEST = 6;

    private static final int CHUNK = 1024;

    /** Numbers of up to 15 digits are told apart by a double, and are written without its slow conversion. */
    private static final double EXACT = 1e15;

    /** What as many digits behind the point make of a number. */
    private static final double FRACTION = 1e6;

    private byte[] bytes;
    private int size;

    public JsonBytes() {
        this(INITIAL);
    }

    JsonBytes(int capacity) {
        bytes = new byte[capacity];
    }

    /** The content from 0 to {@link #size()}; replaced by another array when it has to grow. */
    public byte[] array() {
        return bytes;
    }

    public int size() {
        return size;
    }

    /** A copy of the content. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /** Drops everything from this position on. */
    public void truncate(int position) {
        size = position;
        if (position == 0 && bytes.length > KEPT) {
            bytes = new byte[INITIAL];
        }
    }

    /** Moves a part of the content to the end; the part lies at or behind the end. Returns where it begins now. */
    public int keep(int from, int to) {
        int begin = size;
        System.arraycopy(bytes, from, bytes, size, to - from);
        size += to - from;
        return begin;
    }

    public JsonBytes raw(char ascii) {
        room(1);
        bytes[size++] = (byte) ascii;
        return this;
    }

    public JsonBytes raw(byte[] source) {
        return raw(source, 0, source.length);
    }

    public JsonBytes raw(byte[] source, int from, int length) {
        room(length);
        System.arraycopy(source, from, bytes, size, length);
        size += length;
        return this;
    }

    /** Text that is JSON already and holds no character beyond ASCII. */
    @SuppressWarnings("deprecation")
    public JsonBytes ascii(String text) {
        room(text.length());
        text.getBytes(0, text.length(), bytes, size);
        size += text.length();
        return this;
    }

    public JsonBytes nothing() {
        return raw(NULL);
    }

    public JsonBytes bool(boolean value) {
        return raw(value ? TRUE : FALSE);
    }

    public JsonBytes number(long value) {
        if (value == Long.MIN_VALUE) {
            return raw(SMALLEST);
        }
        room(20);
        long rest = value;
        if (rest < 0) {
            bytes[size++] = '-';
            rest = -rest;
        }
        int end = size + digits(rest);
        size = end;
        do {
            bytes[--end] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        return this;
    }

    /** @throws RecordFailure when the number is not finite */
    public JsonBytes number(double value) {
        long whole = (long) value;
        if (whole == value && Math.abs(value) < EXACT && (whole != 0 || 1 / value > 0)) {
            return number(whole).raw('.').raw('0');
        }
        long scaled = Math.round(value * FRACTION);
        // A division is exact to the last bit, so the double is the nearest to this decimal number, and to no shorter
        // one.
        if (scaled / FRACTION == value && Math.abs(scaled) < EXACT && scaled != 0) {
            return decimal(scaled);
        }
        if (!Double.isFinite(value)) {
            throw new RecordFailure("the value holds " + value + ", which JSON has no form for");
        }
        return ascii(Double.toString(value));
    }

    /** A number with six digits behind its point, of which the zeros at the end are left out. */
    private JsonBytes decimal(long scaled) {
        room(24);
        if (scaled < 0) {
            bytes[size++] = '-';
        }
        long positive = Math.abs(scaled);
        number(positive / (long) FRACTION);
        int rest = (int) (positive % (long) FRACTION);
        bytes[size++] = '.';
        for (int unit = (int) FRACTION / 10; rest > 0; unit /= 10) {
            bytes[size++] = (byte) ('0' + rest / unit);
            rest %= unit;
        }
        return this;
    }

    /** @throws RecordFailure when the number is not finite */
    public JsonBytes number(float value) {
        if (!Float.isFinite(value)) {
            throw new RecordFailure("the value holds " + value + ", which JSON has no form for");
        }
        return ascii(Float.toString(value));
    }

    /**
     * A string with its quotes.
     *
     * @throws RecordFailure when it holds half of a surrogate pair, which UTF-8 has no form for
     */
    public JsonBytes string(String text) {
        raw('"');
        int length = text.length();
        for (int from = 0; from < length; ) {
            from = characters(text, from, Math.min(length, from + CHUNK));
        }
        return raw('"');
    }

    private int characters(String text, int from, int to) {
        room((to - from + 1) * WIDEST);
        byte[] target = bytes;
        int at = size;
        int i = from;
        while (i < to) {
            char c = text.charAt(i++);
            if (c >= 0x80) {
                size = at;
                i = wide(text, i, c);
                at = size;
            } else if (c >= ' ' && c != '"' && c != '\\') {
                target[at++] = (byte) c;
            } else {
                size = at;
                escaped(c);
                at = size;
            }
        }
        size = at;
        return i;
    }

    private void escaped(char c) {
        bytes[size++] = '\\';
        switch (c) {
            case '"', '\\' -> bytes[size++] = (byte) c;
            case '\n' -> bytes[size++] = 'n';
            case '\r' -> bytes[size++] = 'r';
            case '\t' -> bytes[size++] = 't';
            default -> {
                bytes[size++] = 'u';
                bytes[size++] = '0';
                bytes[size++] = '0';
                bytes[size++] = HEX[c >> 4];
                bytes[size++] = HEX[c & 15];
            }
        }
    }

    /** Writes a character beyond ASCII; returns where the next one is. */
    private int wide(String text, int next, char c) {
        if (c < 0x800) {
            bytes[size++] = (byte) (0xC0 | c >> 6);
        } else if (!Character.isSurrogate(c)) {
            bytes[size++] = (byte) (0xE0 | c >> 12);
            bytes[size++] = (byte) (0x80 | c >> 6 & 0x3F);
        } else if (Character.isHighSurrogate(c)
                && next < text.length()
                && Character.isLowSurrogate(text.charAt(next))) {
            int point = Character.toCodePoint(c, text.charAt(next));
            bytes[size++] = (byte) (0xF0 | point >> 18);
            bytes[size++] = (byte) (0x80 | point >> 12 & 0x3F);
            bytes[size++] = (byte) (0x80 | point >> 6 & 0x3F);
            bytes[size++] = (byte) (0x80 | point & 0x3F);
            return next + 1;
        } else {
            throw new RecordFailure("the value holds a text with half of a surrogate pair, which is no valid Unicode");
        }
        bytes[size++] = (byte) (0x80 | c & 0x3F);
        return next;
    }

    private static int digits(long positive) {
        int digits = 1;
        for (long bound = 10; digits < 19 && positive >= bound; bound *= 10) {
            digits++;
        }
        return digits;
    }

    private void room(int length) {
        int needed = Math.addExact(size, length);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(Integer.MAX_VALUE - 8L, bytes.length * 2L)));
        }
    }
}
