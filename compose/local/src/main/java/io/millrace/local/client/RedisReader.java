package io.millrace.local.client;

import io.millrace.local.security.Access;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** Reads what the sink wrote to Redis. Safe for use by several threads. */
public final class RedisReader {
    private final Access access;

    public RedisReader(Access access) {
        this.access = access;
    }

    /**
     * Adds up one field over all hashes whose key begins with a text.
     *
     * @throws ReadException when Redis is not there, or the field is no number somewhere
     */
    public long sum(String keyPrefix, String field) throws ReadException {
        // A connection per question: Redis may have been restarted since the last one.
        try (RedisClient redis = access.redis()) {
            long sum = 0;
            // A scan may return a key twice.
            Set<String> seen = new HashSet<>();
            ScanParams all = new ScanParams().match(literal(keyPrefix) + "*").count(1_000);
            String cursor = ScanParams.SCAN_POINTER_START;
            do {
                ScanResult<String> page = redis.scan(cursor, all);
                cursor = page.getCursor();
                sum += sum(redis, page.getResult().stream().filter(seen::add).toList(), field);
            } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
            return sum;
        } catch (JedisException | NumberFormatException e) {
            throw new ReadException(
                    "cannot read " + keyPrefix + "* from Redis at port "
                            + access.address().redis() + ": " + e,
                    e);
        }
    }

    private static long sum(RedisClient redis, List<String> keys, String field) {
        List<Response<String>> values = new ArrayList<>();
        try (AbstractPipeline pipeline = redis.pipelined()) {
            keys.forEach(key -> values.add(pipeline.hget(key, field)));
        }
        long sum = 0;
        for (Response<String> value : values) {
            sum += value.get() == null ? 0 : Long.parseLong(value.get());
        }
        return sum;
    }

    /** A text as a pattern that matches nothing else. */
    static String literal(String text) {
        return text.replaceAll("([\\\\*?\\[\\]^-])", "\\\\$1");
    }
}
