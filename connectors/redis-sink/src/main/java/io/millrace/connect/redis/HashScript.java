package io.millrace.connect.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The script that replaces a hash in one step, so that no field of an older state stays. It checks the type first: a key
 * that somebody else uses for something else is not overwritten. It is loaded again with each batch that uses it, inside of
 * the same transaction, so that a flushed script cache cannot tear a batch apart.
 */
final class HashScript {

    static final String TEXT =
            """
            local kind = redis.call('TYPE', KEYS[1]).ok
            if kind ~= 'hash' and kind ~= 'none' then
              return redis.error_reply('WRONGTYPE the key holds a ' .. kind)
            end
            redis.call('DEL', KEYS[1])
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
