package io.millrace.local.send;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;

/**
 * A file to send, plain or gzipped.
 *
 * @param path where it is
 */
public record SourceFile(Path path) {
    /** Longest site, in characters, that enrichment takes. */
    static final int MAX_SITE = 50;

    /** The file's name without the ending of a compression, so that it means the same lines compressed or not. */
    String name() {
        return path.getFileName().toString().replaceFirst("(?i)\\.gz$", "");
    }

    /** The site that the file's events belong to unless told otherwise: its name without the extension. */
    public String site() {
        String bare = name().replaceFirst("(?<=.)\\.[A-Za-z0-9]{1,8}$", "");
        // The site becomes part of record keys, whose parts are separated by a bar.
        String site = bare.replaceAll("[^A-Za-z0-9._-]", "-");
        // Shortened names must stay as different as the whole ones.
        return site.length() <= MAX_SITE
                ? site
                : site.substring(0, MAX_SITE - 9) + "-" + String.format("%08x", bare.hashCode());
    }

    /** Size on disk in bytes. */
    long size() throws IOException {
        return Files.size(path);
    }

    /**
     * Opens the file, decompressing it when its first bytes say gzip.
     *
     * @param read is told of every byte count taken from disk
     */
    InputStream open(LongConsumer read) throws IOException {
        InputStream raw = new BufferedInputStream(new CountingStream(Files.newInputStream(path), read), 1 << 16);
        raw.mark(2);
        boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
        raw.reset();
        return gzip ? new GZIPInputStream(raw, 1 << 16) : raw;
    }

    private static final class CountingStream extends java.io.FilterInputStream {
        private final LongConsumer read;

        CountingStream(InputStream in, LongConsumer read) {
            super(in);
            this.read = read;
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            if (one >= 0) {
                read.accept(1);
            }
            return one;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            if (count > 0) {
                read.accept(count);
            }
            return count;
        }
    }
}
