package io.millrace.local.send;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Splits a stream into lines of bytes that know where they start. Not safe for use by several threads. */
final class LineReader {
    /** A longer line is cut: it cannot become an event, and must not fill the memory. */
    static final int LONGEST = 1 << 20;

    /**
     * One line.
     *
     * @param number from one
     * @param offset where it starts, in bytes
     * @param bytes without the line end; at most {@value LineReader#LONGEST} of them
     * @param length how many bytes it really has
     */
    record Line(long number, long offset, byte[] bytes, long length) {
        boolean isCut() {
            return length > bytes.length;
        }
    }

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int limit;
    private long offset;
    private long number;

    LineReader(InputStream in) {
        this.in = in;
    }

    /** The next line; null at the end. The last one counts also when no line end follows it. */
    Line next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        long start = offset;
        long length = 0;
        while (fill()) {
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            int count = end - position;
            line.write(buffer, position, (int) Math.min(count, LONGEST - Math.min(LONGEST, length)));
            length += count;
            offset += count;
            position = end;
            if (end < limit) {
                position++;
                offset++;
                return line(start, line.toByteArray(), length);
            }
        }
        return length == 0 ? null : line(start, line.toByteArray(), length);
    }

    private Line line(long start, byte[] bytes, long length) {
        boolean windows = length == bytes.length && length > 0 && bytes[bytes.length - 1] == '\r';
        byte[] content = windows ? java.util.Arrays.copyOf(bytes, bytes.length - 1) : bytes;
        return new Line(++number, start, content, windows ? length - 1 : length);
    }

    private boolean fill() throws IOException {
        if (position == limit) {
            limit = Math.max(0, in.read(buffer));
            position = 0;
        }
        return limit > 0;
    }
}
