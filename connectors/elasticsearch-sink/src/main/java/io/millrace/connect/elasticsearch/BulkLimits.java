package io.millrace.connect.elasticsearch;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much goes into a request; less once the server has refused one for its size. */
final class BulkLimits {

    private static final Logger LOG = LoggerFactory.getLogger(BulkLimits.class);

    private final int maxRecords;
    private int maxBytes;

    /**
     * @param maxRecords records of a request
     * @param maxBytes bytes of a request, of which one record may take more
     */
    BulkLimits(int maxRecords, int maxBytes) {
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
    }

    int maxBytes() {
        return maxBytes;
    }

    /** Whether what has gathered in the lane is a request by itself. */
    boolean isFull(Lane lane) {
        return lane.waitingRecords() >= maxRecords || lane.waitingBytes() >= maxBytes;
    }

    /** Whether it is at least half of one. */
    boolean isHalfFull(Lane lane) {
        return lane.waitingRecords() * 2L >= maxRecords || lane.waitingBytes() * 2L >= maxBytes;
    }

    /** The server takes no request of this size in bytes. */
    void refused(int size, String address) {
        int half = Math.max(1, size / 2);
        if (half < maxBytes) {
            LOG.warn(
                    "{} does not take a bulk request of {} bytes: they hold at most {} from now on, as with bulk.max.bytes",
                    address,
                    size,
                    half);
            maxBytes = half;
        }
    }
}
