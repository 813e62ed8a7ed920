package io.millrace.connect.http.limits;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A token bucket for each client. Clients that were quiet longest are forgotten beyond a number of them; since a bucket
 * fills up while its client is quiet, that rarely changes an answer. Safe for use by several threads.
 */
public final class RateLimits {
    private static final int CLIENTS = 10_000;
    private static final double NANOS = 1e9;

    private final double perSecond;
    private final double burst;
    private final LongSupplier nanos;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > CLIENTS;
        }
    };

    private static final class Bucket {
        private double tokens;
        private long filledAt;
    }

    /**
     * @param perSecond tokens that a client gets each second; zero for no limit
     * @param burst tokens that a client may save up, at least one
     * @param nanos a clock that only goes forward
     */
    public RateLimits(double perSecond, double burst, LongSupplier nanos) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.nanos = nanos;
    }

    /**
     * Takes tokens of a client, all or none. A request of more tokens than can be saved up is let through when the bucket
     * is full, and leaves a debt: otherwise it could never be sent.
     *
     * @return zero when they were there, else the seconds after which they will be, at least one
     */
    public synchronized long take(String client, int tokens) {
        if (perSecond <= 0) {
            return 0;
        }
        long now = nanos.getAsLong();
        Bucket bucket = buckets.get(client);
        if (bucket == null) {
            bucket = new Bucket();
            bucket.tokens = burst;
            bucket.filledAt = now;
            buckets.put(client, bucket);
        }
        bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.filledAt) / NANOS * perSecond);
        bucket.filledAt = now;
        double missing = Math.min(tokens, burst) - bucket.tokens;
        if (missing > 0) {
            return Math.max(1, (long) Math.ceil(missing / perSecond));
        }
        bucket.tokens -= tokens;
        return 0;
    }
}
