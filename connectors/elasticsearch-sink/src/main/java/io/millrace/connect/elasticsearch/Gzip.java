package io.millrace.connect.elasticsearch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Compressed bytes.
 *
 * @param bytes an array that begins with them
 * @param length how many they are
 */
record Gzip(byte[] bytes, int length) {

    private static final int BUFFER = 64 * 1024;

    /** Gives its array away without copying it. */
    private static final class Output extends ByteArrayOutputStream {
        Output(int size) {
            super(size);
        }

        Gzip taken() {
            return new Gzip(buf, count);
        }
    }

    /** The fastest level: documents of one kind repeat their names, which every level finds. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(Output output) throws IOException {
            super(output, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    static Gzip of(byte[] source, int from, int to) {
        Output output = new Output(Math.max(BUFFER, (to - from) / 4));
        try (FastGzip gzip = new FastGzip(output)) {
            gzip.write(source, from, to - from);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return output.taken();
    }
}
