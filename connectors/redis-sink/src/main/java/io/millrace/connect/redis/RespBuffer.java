package io.millrace.connect.redis;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Commands as they go over the wire, one after the other in one growing array that is used again for the next batch.
 * Text is encoded straight into it, so that a batch costs no copy of its strings.
 */
final class RespBuffer {

    private static final int INITIAL_BYTES = 64 * 1024;
    /** A batch with one huge value should not hold its memory for ever. */
    private static final int KEPT_BYTES = 16 * 1024 * 1024;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int size;
    private int commands;

    /** Begins a command of so many parts, its name included; as many calls of {@code part} have to follow. */
    RespBuffer command(int parts) {
        commands++;
        header('*', parts);
        return this;
    }

    /** A whole command. */
    RespBuffer command(RedisCommand command) {
        command(1 + command.arguments().length).part(command.name());
        for (byte[] argument : command.arguments()) {
            part(argument);
        }
        return this;
    }

    RespBuffer part(byte[] part) {
        header('$', part.length);
        ensure(part.length + 2);
        System.arraycopy(part, 0, bytes, size, part.length);
        size += part.length;
        return lineEnd();
    }

    RespBuffer part(String part) {
        int length = part.length();
        int before = size;
        header('$', length);
        ensure(length + 2);
        int at = size;
        for (int i = 0; i < length; i++) {
            char c = part.charAt(i);
            if (c >= 0x80) {
                // Not ASCII: the length is not what the header says, so this part starts again.
                size = before;
                return part(part.getBytes(StandardCharsets.UTF_8));
            }
            bytes[at++] = (byte) c;
        }
        size = at;
        return lineEnd();
    }

    RespBuffer part(long part) {
        if (part < 0) {
            return part(Long.toString(part));
        }
        int digits = digits(part);
        header('$', digits);
        ensure(digits + 2);
        long rest = part;
        for (int at = size + digits - 1; at >= size; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
        return lineEnd();
    }

    /** Text, bytes or a Long. */
    RespBuffer part(Object part) {
        if (part instanceof String text) {
            return part(text);
        }
        return part instanceof Long number ? part(number.longValue()) : part((byte[]) part);
    }

    /** Commands since the last reset. */
    int commands() {
        return commands;
    }

    /** Bytes since the last reset. */
    int size() {
        return size;
    }

    /** The commands one by one, each as its bytes. Reads everything, so it is for rare cases. */
    List<byte[]> split() {
        List<byte[]> all = new ArrayList<>(commands);
        for (int at = 0; at < size; ) {
            int begin = at;
            int parts = numberAt(at + 1);
            at = nextLine(at);
            for (int i = 0; i < parts; i++) {
                int length = numberAt(at + 1);
                at = nextLine(at) + length + 2;
            }
            all.add(Arrays.copyOfRange(bytes, begin, at));
        }
        return all;
    }

    /** A command as {@link #split} gives it. */
    RespBuffer encoded(byte[] command) {
        commands++;
        ensure(command.length);
        System.arraycopy(command, 0, bytes, size, command.length);
        size += command.length;
        return this;
    }

    private int numberAt(int from) {
        int number = 0;
        for (int at = from; bytes[at] != '\r'; at++) {
            number = number * 10 + bytes[at] - '0';
        }
        return number;
    }

    private int nextLine(int from) {
        int at = from;
        while (bytes[at] != '\n') {
            at++;
        }
        return at + 1;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
        out.flush();
    }

    void reset() {
        size = 0;
        commands = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[INITIAL_BYTES];
        }
    }

    private void header(char kind, int number) {
        ensure(16);
        bytes[size++] = (byte) kind;
        if (number < 10) {
            bytes[size++] = (byte) ('0' + number);
        } else if (number < 100) {
            bytes[size++] = (byte) ('0' + number / 10);
            bytes[size++] = (byte) ('0' + number % 10);
        } else {
            String digits = Integer.toString(number);
            for (int i = 0; i < digits.length(); i++) {
                bytes[size++] = (byte) digits.charAt(i);
            }
        }
        lineEnd();
    }

    private static int digits(long number) {
        int digits = 1;
        for (long limit = 10; digits < 19 && number >= limit; limit *= 10) {
            digits++;
        }
        return digits;
    }

    private RespBuffer lineEnd() {
        bytes[size++] = '\r';
        bytes[size++] = '\n';
        return this;
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(
                    bytes, Math.max(Math.addExact(size, more), (int) Math.min(1L << 30, bytes.length * 2L)));
        }
    }
}
