package io.millrace.connect.http.format;

import com.github.luben.zstd.ZstdInputStream;
import io.millrace.connect.http.answer.Rejection;
import io.millrace.connect.http.limits.ByteBudget;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The ways in which a body may be compressed. */
public enum Inflater {
    GZIP {
        @Override
        InputStream open(InputStream body) throws IOException {
            return new GZIPInputStream(body, 4096);
        }
    },
    ZSTD {
        @Override
        InputStream open(InputStream body) throws IOException {
            // What RFC 8878 recommends to take at least: a frame may ask for a window of any size.
            return new ZstdInputStream(body).setLongMax(LARGEST_WINDOW_LOG);
        }
    };

    private static final int FIRST = 16 << 10;
    private static final int LARGEST_WINDOW_LOG = 23;

    abstract InputStream open(InputStream body) throws IOException;

    /**
     * The way that a header names; empty for none.
     *
     * @throws Rejection when there is no such way
     */
    public static Optional<Inflater> of(String contentEncoding) throws Rejection {
        return switch (contentEncoding.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> Optional.empty();
            case "gzip", "x-gzip" -> Optional.of(GZIP);
            case "zstd" -> Optional.of(ZSTD);
            default ->
                throw Rejection.unsupportedMediaType("this Content-Encoding is not supported; send gzip, zstd or none");
        };
    }

    /**
     * Inflates a body, and stops where it becomes larger than a plain one may be, or than memory is left for.
     *
     * @param limit bytes of the inflated body
     * @param lease is charged for them
     * @throws Rejection when it is too large, or not compressed that way
     */
    public byte[] inflate(byte[] body, int offset, int length, int limit, ByteBudget.Lease lease) throws Rejection {
        byte[] inflated = new byte[FIRST];
        int size = 0;
        charge(lease, FIRST);
        try (InputStream in = open(new ByteArrayInputStream(body, offset, length))) {
            while (true) {
                int count = in.read(inflated, size, inflated.length - size);
                if (count < 0) {
                    return Arrays.copyOf(inflated, size);
                }
                size += count;
                if (size > limit) {
                    throw Rejection.tooLarge(-1, "the inflated body is larger than " + limit + " bytes");
                }
                if (size == inflated.length) {
                    charge(lease, inflated.length);
                    inflated = Arrays.copyOf(inflated, 2 * inflated.length);
                }
            }
        } catch (IOException e) {
            throw Rejection.badRequest(
                    "the body is not valid " + name().toLowerCase(Locale.ROOT) + ": " + e.getMessage());
        }
    }

    private static void charge(ByteBudget.Lease lease, int bytes) throws Rejection {
        if (!lease.grow(bytes)) {
            throw Rejection.overCapacity();
        }
    }
}
