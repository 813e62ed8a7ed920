package io.millrace.connect.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What makes sure that no field of an older state of a hash stays, and that a key which somebody else uses for something
 * else is left alone with its time to live. A script is loaded again with each batch that uses it, inside of the same transaction, so that a
 * flushed script cache cannot tear a batch apart.
 *
 * @param text the script
 * @param sha what it is called by
 */
record RedisScript(String text, String sha) {

    /**
     * Replaces one hash in one step, for where the keys of a batch cannot be given to one script. The fields are set first,
     * which is refused for a key of another type, and those of an older state removed after that: a key that is gone for a
     * moment could not be written again by a script where its slot is moving to another node.
     */
    static final RedisScript REPLACE = of(
            """
            local names = {}
            local count = 0
            for i = 2, #ARGV, 2 do
              if not names[ARGV[i]] then
                names[ARGV[i]] = true
                count = count + 1
              end
            end
            local from = 2
            while from <= #ARGV do
              local to = math.min(from + 999, #ARGV)
              local reply = redis.pcall('HSET', KEYS[1], unpack(ARGV, from, to))
              if type(reply) == 'table' and reply.err then return reply end
              from = to + 1
            end
            if redis.call('HLEN', KEYS[1]) > count then
              for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
                if not names[name] then redis.call('HDEL', KEYS[1], name) end
              end
            end
            if ARGV[1] ~= '0' then redis.call('PEXPIRE', KEYS[1], ARGV[1]) else redis.call('PERSIST', KEYS[1]) end
            return 1
            """);

    /**
     * Deletes those of the keys that are hashes; inside of a transaction, a plain HSET of each key follows. A call from a
     * script costs Redis as much as half an HSET, so new keys are told by one call for a thousand, and deleted together.
     */
    static final RedisScript CLEAR = of(
            """
            local deleted = 0
            for from = 1, #KEYS, 1000 do
              local to = math.min(from + 999, #KEYS)
              if redis.call('EXISTS', unpack(KEYS, from, to)) > 0 then
                local hashes = {}
                local found = 0
                for i = from, to do
                  local length = redis.pcall('HLEN', KEYS[i])
                  if type(length) == 'number' and length > 0 then
                    found = found + 1
                    hashes[found] = KEYS[i]
                  end
                end
                if found > 0 then deleted = deleted + redis.call('DEL', unpack(hashes)) end
              end
            end
            return deleted
            """);

    /**
     * Sets how long a key lives, 0 for ever, if it is of the type that was to be written. A write of another type has been
     * refused before, and then the key is not to expire because of it.
     */
    static final RedisScript EXPIRE = of(
            """
            if redis.call('TYPE', KEYS[1]).ok ~= ARGV[1] then return 0 end
            if ARGV[2] == '0' then return redis.call('PERSIST', KEYS[1]) end
            return redis.call('PEXPIRE', KEYS[1], ARGV[2])
            """);

    void load(RespBuffer out) {
        out.command(3).part("SCRIPT").part("LOAD").part(text);
    }

    private static RedisScript of(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return new RedisScript(text, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
