package io.millrace.connect.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Cuts a stream into lines, or into rows of CSV, in which a line end may stand between quotes. Holds no more than one
 * record of the largest size and one chunk. Used by one thread.
 */
final class RecordSplitter {
    private static final int CHUNK = 64 << 10;
    /** How much of what is too large is kept to be looked at. */
    private static final int SHOWN = 4 << 10;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final InputStream in;
    private final int largest;
    private final boolean quotes;
    private final byte delimiter;
    private byte[] buffer = new byte[2 * CHUNK];
    /** Where the record that is being looked for begins in the buffer. */
    private int start;
    /** Where the buffer's bytes end. */
    private int end;
    /** Position in the content of the buffer's first byte. */
    private long bufferAt;

    private boolean ended;

    /**
     * A piece of the content.
     *
     * @param start position of its first byte
     * @param after position behind its line end
     * @param bytes without the line end; null when it is too large, or its quotes are never closed
     * @param beginning the first bytes of one that has no {@code bytes}
     * @param terminated whether there was a line end
     */
    record Piece(long start, long after, byte[] bytes, byte[] beginning, boolean terminated) {}

    /** @param position of the stream's first byte in the content */
    private RecordSplitter(InputStream in, long position, int largest, boolean quotes, byte delimiter) {
        this.in = in;
        this.bufferAt = position;
        this.largest = largest;
        this.quotes = quotes;
        this.delimiter = delimiter;
    }

    static RecordSplitter lines(InputStream in, long position, int largest) {
        return new RecordSplitter(in, position, largest, false, (byte) 0);
    }

    static RecordSplitter csv(InputStream in, long position, int largest, char delimiter) {
        return new RecordSplitter(in, position, largest, true, (byte) delimiter);
    }

    /** The next piece that is not blank; null at the end. */
    Piece next() throws IOException {
        Piece piece = piece();
        while (piece != null && piece.bytes() != null && isBlank(piece.bytes())) {
            piece = piece();
        }
        return piece;
    }

    private Piece piece() throws IOException {
        skipByteOrderMark();
        int at = start;
        int firstLineEnd = -1;
        Place place = Place.FIELD_START;
        while (true) {
            if (at == end) {
                int before = start;
                boolean more = at - start <= largest && fill();
                at -= before - start;
                firstLineEnd -= firstLineEnd < 0 ? 0 : before - start;
                if (!more) {
                    return atLimit(at, place == Place.QUOTED, firstLineEnd);
                }
            }
            byte one = buffer[at];
            if (one == '\n' && place != Place.QUOTED) {
                return at - start > largest ? tooLarge(at) : cut(at, at + 1, true);
            }
            if (one == '\n' && firstLineEnd < 0) {
                firstLineEnd = at;
            }
            if (quotes) {
                place = place.after(one, delimiter);
            }
            at++;
        }
    }

    /** Where in a row a byte stands. */
    private enum Place {
        FIELD_START,
        PLAIN,
        QUOTED,
        /** Behind a quote that closes, unless another one follows. */
        CLOSED;

        Place after(byte one, byte delimiter) {
            if (this == QUOTED) {
                return one == '"' ? CLOSED : QUOTED;
            }
            if (one == '"' && this != PLAIN) {
                return QUOTED;
            }
            return one == delimiter ? FIELD_START : PLAIN;
        }
    }

    /** The stream has ended, or the record is larger than it may be. */
    private Piece atLimit(int at, boolean quoted, int firstLineEnd) throws IOException {
        if (quoted && firstLineEnd >= 0) {
            // A quote that nobody closes must not swallow the rows behind it: only its own line is at fault.
            long from = bufferAt + start;
            byte[] beginning = Arrays.copyOfRange(buffer, start, Math.min(firstLineEnd, start + SHOWN));
            boolean full = at - start > largest;
            start = firstLineEnd + 1;
            // At the end of a growing file the quote may still be closed.
            return new Piece(from, bufferAt + start, null, beginning, full);
        }
        if (at - start > largest) {
            return tooLarge(at);
        }
        if (at == start) {
            return null;
        }
        if (quoted) {
            long from = bufferAt + start;
            byte[] beginning = Arrays.copyOfRange(buffer, start, Math.min(at, start + SHOWN));
            start = at;
            return new Piece(from, bufferAt + at, null, beginning, false);
        }
        return cut(at, at, false);
    }

    private Piece cut(int to, int next, boolean terminated) {
        int last = terminated && to > start && buffer[to - 1] == '\r' ? to - 1 : to;
        Piece piece =
                new Piece(bufferAt + start, bufferAt + next, Arrays.copyOfRange(buffer, start, last), null, terminated);
        start = next;
        return piece;
    }

    /** Leaves the rest of the line out without keeping it. */
    private Piece tooLarge(int from) throws IOException {
        long position = bufferAt + start;
        byte[] beginning = Arrays.copyOfRange(buffer, start, start + Math.min(SHOWN, from - start));
        int at = from;
        boolean terminated = false;
        while (!terminated) {
            if (at == end) {
                start = at;
                boolean more = fill();
                at = start;
                if (!more) {
                    break;
                }
            }
            terminated = buffer[at++] == '\n';
        }
        start = at;
        return new Piece(position, bufferAt + start, null, beginning, terminated);
    }

    /** Reads more behind what is kept; false at the end of the stream. */
    private boolean fill() throws IOException {
        if (ended) {
            return false;
        }
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            bufferAt += start;
            end -= start;
            start = 0;
        }
        if (buffer.length - end < CHUNK) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, end + CHUNK));
        }
        int count = in.read(buffer, end, Math.min(CHUNK, buffer.length - end));
        ended = count < 0;
        end += Math.max(0, count);
        return !ended;
    }

    private void skipByteOrderMark() throws IOException {
        if (bufferAt != 0 || start != 0) {
            return;
        }
        boolean more = true;
        while (end < BYTE_ORDER_MARK.length && more) {
            more = fill();
        }
        if (end >= BYTE_ORDER_MARK.length
                && Arrays.equals(Arrays.copyOf(buffer, BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
            start = BYTE_ORDER_MARK.length;
        }
    }

    private static boolean isBlank(byte[] line) {
        for (byte one : line) {
            if (one != ' ' && one != '\t' && one != '\r') {
                return false;
            }
        }
        return true;
    }

    /** What a piece without bytes is at fault of. */
    String reason(Piece piece) {
        return piece.after() - piece.start() > largest
                ? "it has more than " + FileKeys.MAX_RECORD_BYTES + "=" + largest + " bytes, or a quote is never closed"
                : "a quote is opened and never closed";
    }

    static String text(byte[] bytes) throws MalformedRecord {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedRecord("", "it is not UTF-8");
        }
    }
}
