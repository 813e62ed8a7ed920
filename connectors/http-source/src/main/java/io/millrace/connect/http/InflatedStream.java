package io.millrace.connect.http;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** Inflates a gzipped body and stops where it becomes larger than a plain one may be, or than memory is left for. */
final class InflatedStream extends FilterInputStream {
    private final int limit;
    private final ByteBudget.Lease lease;
    private long inflated;

    /** @throws IOException when the body is no gzip */
    InflatedStream(byte[] body, int offset, int length, int limit, ByteBudget.Lease lease) throws IOException {
        super(new GZIPInputStream(new ByteArrayInputStream(body, offset, length), 4096));
        this.limit = limit;
        this.lease = lease;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = in.read(buffer, offset, length);
        if (count > 0) {
            charge(count);
        }
        return count;
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        if (value >= 0) {
            charge(1);
        }
        return value;
    }

    private void charge(int count) throws Refused {
        inflated += count;
        if (inflated > limit) {
            throw new Refused(Rejection.tooLarge(-1, "the inflated body is larger than " + limit + " bytes"));
        }
        if (!lease.grow(count)) {
            throw new Refused(Rejection.overCapacity());
        }
    }
}
