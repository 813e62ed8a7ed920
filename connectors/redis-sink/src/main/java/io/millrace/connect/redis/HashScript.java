package io.millrace.connect.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The script that replaces a hash in one step, so that no field of an older state stays. It asks for the length first, which
 * is refused for a key that somebody else uses for something else. It is loaded again with each batch that uses it, inside of
 * the same transaction, so that a flushed script cache cannot tear a batch apart.
 */
final class HashScript {

    static final String TEXT =
            """
            local length = redis.pcall('HLEN', KEYS[1])
            if type(length) == 'table' then return length end
            if length > 0 then redis.call('DEL', KEYS[1]) end
            local from = 2
            while from <= #ARGV do
              local to = math.min(from + 999, #ARGV)
              local reply = redis.pcall('HSET', KEYS[1], unpack(ARGV, from, to))
              if type(reply) == 'table' and reply.err then return reply end
              from = to + 1
            end
            if ARGV[1] ~= '0' then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
            return 1
            """;

    static final String SHA = sha1(TEXT);

    private HashScript() {}

    private static String sha1(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
