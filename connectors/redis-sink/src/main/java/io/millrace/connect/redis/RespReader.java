package io.millrace.connect.redis;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Replies of RESP2 and RESP3. The two that nearly every command of a batch gets, {@code +QUEUED} and {@code +OK}, cost no
 * object.
 */
final class RespReader {

    private static final int BUFFER_BYTES = 32 * 1024;
    private static final byte[] OK = RedisCommand.bytes("OK");
    private static final byte[] QUEUED = RedisCommand.bytes("QUEUED");

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;

    RespReader(InputStream in) {
        this.in = in;
    }

    /** How many bytes can be read without waiting. */
    int available() throws IOException {
        return end - at + in.available();
    }

    /** Long, byte[] (not to be changed), List, null, or {@link RedisError} for an error. */
    Object read() throws IOException {
        byte kind = next();
        return switch (kind) {
            case '+' -> status();
            case ':' -> number();
            case '$' -> bulk((int) number());
            case '*', '~' -> list(number());
            case '-' -> RedisError.of(text(line()));
            case '_' -> {
                line();
                yield null;
            }
            case '#' -> line()[0] == 't' ? 1L : 0L;
            case ',', '(' -> line();
            case '!' -> RedisError.of(text(bulk((int) number())));
            // The form of the text comes first: txt:
            case '=' -> {
                byte[] verbatim = bulk((int) number());
                yield Arrays.copyOfRange(verbatim, 4, verbatim.length);
            }
            case '%' -> list(2 * number());
            case '|' -> {
                list(2 * number());
                yield read();
            }
            // What the server tells by itself is no reply.
            case '>' -> {
                list(number());
                yield read();
            }
            default -> throw new IOException("the server does not speak the protocol of Redis: reply of type " + kind);
        };
    }

    private List<Object> list(long size) throws IOException {
        if (size < 0) {
            return null;
        }
        List<Object> elements = new ArrayList<>((int) Math.min(size, 1 << 20));
        for (long i = 0; i < size; i++) {
            elements.add(read());
        }
        return elements;
    }

    private byte[] status() throws IOException {
        if (starts(QUEUED)) {
            return QUEUED;
        }
        return starts(OK) ? OK : line();
    }

    /** Takes the line when it is this one and already here. */
    private boolean starts(byte[] word) {
        int lineEnd = at + word.length;
        if (lineEnd + 2 > end || buffer[lineEnd] != '\r' || !Arrays.equals(buffer, at, lineEnd, word, 0, word.length)) {
            return false;
        }
        at = lineEnd + 2;
        return true;
    }

    private long number() throws IOException {
        byte first = next();
        boolean negative = first == '-';
        long number = negative ? 0 : first - '0';
        for (byte digit = next(); digit != '\r'; digit = next()) {
            number = number * 10 + (digit - '0');
        }
        next();
        return negative ? -number : number;
    }

    private byte[] bulk(int size) throws IOException {
        if (size < 0) {
            return null;
        }
        byte[] bytes = new byte[size];
        for (int filled = 0; filled < size; ) {
            if (at == end) {
                fill();
            }
            int part = Math.min(size - filled, end - at);
            System.arraycopy(buffer, at, bytes, filled, part);
            at += part;
            filled += part;
        }
        next();
        next();
        return bytes;
    }

    private byte[] line() throws IOException {
        byte[] line = new byte[64];
        int size = 0;
        for (byte each = next(); each != '\r'; each = next()) {
            if (size == line.length) {
                line = Arrays.copyOf(line, 2 * size);
            }
            line[size++] = each;
        }
        next();
        return Arrays.copyOf(line, size);
    }

    private byte next() throws IOException {
        if (at == end) {
            fill();
        }
        return buffer[at++];
    }

    private void fill() throws IOException {
        int read = in.read(buffer);
        if (read < 0) {
            throw new EOFException("the server closed the connection");
        }
        at = 0;
        end = read;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
