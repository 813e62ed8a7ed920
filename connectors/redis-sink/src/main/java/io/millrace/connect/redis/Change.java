package io.millrace.connect.redis;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What records ask for on one Redis key. Parts are text, bytes or a Long. A time to live of 0 means none.
 *
 * <p>Where a change stands for the whole state of its key it makes earlier ones unnecessary; where it adds to the state it
 * is joined with the one before it when both together are one command.
 */
sealed interface Change {

    /** Appends the commands. */
    void encode(String key, RespBuffer out);

    /** How many commands {@link #encode} appends. */
    int commands();

    /** Whether the effect of the earlier change cannot be seen any more after this one. */
    default boolean supersedes(Change earlier) {
        return false;
    }

    /** One change with the effect of this and then the later one; null when there is none. */
    default Change then(Change later) {
        return null;
    }

    /** Whether it runs {@link RedisScript#REPLACE}. */
    default boolean isScript() {
        return false;
    }

    /** Whether it runs {@link RedisScript#EXPIRE}. */
    default boolean expires() {
        return false;
    }

    /** Only for a key of the type that the change has made: one that it was refused for is somebody else's. */
    private static void expire(String key, String type, long ttlMs, RespBuffer out) {
        if (ttlMs > 0) {
            setExpiry(key, type, ttlMs, out);
        }
    }

    private static void setExpiry(String key, String type, long ttlMs, RespBuffer out) {
        out.command(6)
                .part("EVALSHA")
                .part(RedisScript.EXPIRE.sha())
                .part("1")
                .part(key)
                .part(type)
                .part(ttlMs);
    }

    private static int withExpire(int commands, long ttlMs) {
        return ttlMs > 0 ? commands + 1 : commands;
    }

    /** A string, whatever was there before. */
    record PutString(Object value, long ttlMs) implements Change {
        @Override
        public void encode(String key, RespBuffer out) {
            out.command(ttlMs > 0 ? 5 : 3).part("SET").part(key).part(value);
            if (ttlMs > 0) {
                out.part("PX").part(ttlMs);
            }
        }

        @Override
        public int commands() {
            return 1;
        }

        @Override
        public boolean supersedes(Change earlier) {
            return true;
        }
    }

    /** A document of the JSON module. */
    record PutJson(Object json, long ttlMs) implements Change {
        @Override
        public void encode(String key, RespBuffer out) {
            out.command(4).part("JSON.SET").part(key).part("$").part(json);
            setExpiry(key, "ReJSON-RL", ttlMs, out);
        }

        @Override
        public boolean expires() {
            return true;
        }

        @Override
        public int commands() {
            return 2;
        }

        @Override
        public boolean supersedes(Change earlier) {
            return earlier instanceof PutJson;
        }
    }

    /** A hash with exactly these fields, names and values in turn; never empty. */
    record ReplaceHash(List<Object> fields, long ttlMs) implements Change {

        /** The same for a key that holds no hash any more, which is no work for a script. */
        SetFields ontoNothing() {
            return new SetFields(fields, ttlMs);
        }

        @Override
        public void encode(String key, RespBuffer out) {
            out.command(5 + fields.size())
                    .part("EVALSHA")
                    .part(RedisScript.REPLACE.sha())
                    .part("1")
                    .part(key)
                    .part(ttlMs);
            fields.forEach(out::part);
        }

        @Override
        public int commands() {
            return 1;
        }

        @Override
        public boolean supersedes(Change earlier) {
            return earlier instanceof ReplaceHash || earlier instanceof MergeHash || earlier instanceof SetFields;
        }

        @Override
        public boolean isScript() {
            return true;
        }
    }

    /**
     * Fields to set, all others stay.
     *
     * @param fields names and values in turn, never empty; its own from now on. Of two with one name the later counts
     */
    record SetFields(List<Object> fields, long ttlMs) implements Change {
        @Override
        public void encode(String key, RespBuffer out) {
            out.command(2 + fields.size()).part("HSET").part(key);
            fields.forEach(out::part);
            expire(key, "hash", ttlMs, out);
        }

        @Override
        public boolean expires() {
            return ttlMs > 0;
        }

        @Override
        public int commands() {
            return withExpire(1, ttlMs);
        }

        @Override
        public Change then(Change later) {
            return later instanceof SetFields || later instanceof MergeHash
                    ? asMerge().then(later)
                    : null;
        }

        MergeHash asMerge() {
            Map<String, Object> merged = new LinkedHashMap<>();
            for (int i = 0; i < fields.size(); i += 2) {
                merged.put((String) fields.get(i), fields.get(i + 1));
            }
            return new MergeHash(merged, ttlMs);
        }
    }

    /**
     * Fields to set, and with a null value those to remove; all others stay.
     *
     * @param fields never empty; its own from now on
     */
    record MergeHash(Map<String, Object> fields, long ttlMs) implements Change {
        @Override
        public void encode(String key, RespBuffer out) {
            int removed = removed();
            if (removed < fields.size()) {
                out.command(2 + 2 * (fields.size() - removed)).part("HSET").part(key);
                fields.forEach((name, value) -> {
                    if (value != null) {
                        out.part(name).part(value);
                    }
                });
            }
            if (removed > 0) {
                out.command(2 + removed).part("HDEL").part(key);
                fields.forEach((name, value) -> {
                    if (value == null) {
                        out.part(name);
                    }
                });
            }
            expire(key, "hash", ttlMs, out);
        }

        @Override
        public boolean expires() {
            return ttlMs > 0;
        }

        @Override
        public int commands() {
            int removed = removed();
            return withExpire((removed < fields.size() ? 1 : 0) + (removed > 0 ? 1 : 0), ttlMs);
        }

        @Override
        public Change then(Change later) {
            Change more = later instanceof SetFields set ? set.asMerge() : later;
            if (!(more instanceof MergeHash merge)) {
                return null;
            }
            // In place, or a key that is hot in a batch would be copied for each of its records.
            fields.putAll(merge.fields);
            return new MergeHash(fields, merge.ttlMs > 0 ? merge.ttlMs : ttlMs);
        }

        private int removed() {
            int removed = 0;
            for (Object value : fields.values()) {
                removed += value == null ? 1 : 0;
            }
            return removed;
        }
    }

    /**
     * Elements for a collection.
     *
     * @param command SADD, SREM, ZADD, ZREM, GEOADD, PFADD, RPUSH or LPUSH
     * @param parts what follows the key
     * @param maxLength of a list, from the side of the newest; 0 for no limit
     */
    record Elements(String command, List<Object> parts, long maxLength, long ttlMs) implements Change {
        @Override
        public void encode(String key, RespBuffer out) {
            out.command(2 + parts.size()).part(command).part(key);
            parts.forEach(out::part);
            if (maxLength > 0) {
                boolean right = command.equals("RPUSH");
                out.command(4)
                        .part("LTRIM")
                        .part(key)
                        .part(right ? -maxLength : 0)
                        .part(right ? -1 : maxLength - 1);
            }
            expire(key, type(), ttlMs, out);
        }

        @Override
        public boolean expires() {
            return ttlMs > 0;
        }

        @Override
        public int commands() {
            return withExpire(maxLength > 0 ? 2 : 1, ttlMs);
        }

        private String type() {
            return switch (command) {
                case "SADD", "SREM" -> "set";
                case "ZADD", "ZREM", "GEOADD" -> "zset";
                case "PFADD" -> "string";
                default -> "list";
            };
        }

        @Override
        public Change then(Change later) {
            if (!(later instanceof Elements more) || !more.command.equals(command) || more.maxLength != maxLength) {
                return null;
            }
            // What has been joined once grows in place, or a key that all records share would be copied for each of
            // them.
            List<Object> both = parts instanceof ArrayList<Object> own ? own : new ArrayList<>(parts);
            both.addAll(more.parts);
            return new Elements(command, both, maxLength, more.ttlMs > 0 ? more.ttlMs : ttlMs);
        }
    }

    /** An entry of a stream. */
    record Append(List<Object> fields, long maxLength, long ttlMs) implements Change {
        @Override
        public void encode(String key, RespBuffer out) {
            out.command((maxLength > 0 ? 6 : 3) + fields.size()).part("XADD").part(key);
            if (maxLength > 0) {
                out.part("MAXLEN").part("~").part(maxLength);
            }
            out.part("*");
            fields.forEach(out::part);
            expire(key, "stream", ttlMs, out);
        }

        @Override
        public boolean expires() {
            return ttlMs > 0;
        }

        @Override
        public int commands() {
            return withExpire(1, ttlMs);
        }
    }

    /**
     * Differences to add.
     *
     * @param deltas Long or BigDecimal by field of a hash; under {@link #WHOLE} when the key itself is the number
     */
    record Count(Map<String, Number> deltas, long ttlMs) implements Change {

        static final String WHOLE = "";

        @Override
        public void encode(String key, RespBuffer out) {
            deltas.forEach((field, delta) -> {
                boolean whole = delta instanceof Long;
                if (field.equals(WHOLE)) {
                    out.command(3).part(whole ? "INCRBY" : "INCRBYFLOAT").part(key);
                } else {
                    out.command(4)
                            .part(whole ? "HINCRBY" : "HINCRBYFLOAT")
                            .part(key)
                            .part(field);
                }
                out.part(whole ? delta.toString() : ((BigDecimal) delta).toPlainString());
            });
            expire(key, deltas.containsKey(WHOLE) ? "string" : "hash", ttlMs, out);
        }

        @Override
        public boolean expires() {
            return ttlMs > 0;
        }

        @Override
        public int commands() {
            return withExpire(deltas.size(), ttlMs);
        }

        @Override
        public Change then(Change later) {
            if (!(later instanceof Count more)) {
                return null;
            }
            Map<String, Number> both = new LinkedHashMap<>(deltas);
            try {
                more.deltas.forEach((field, delta) -> both.merge(field, delta, Count::sum));
            } catch (ArithmeticException beyondLong) {
                // Redis decides about each difference by itself.
                return null;
            }
            return new Count(both, more.ttlMs > 0 ? more.ttlMs : ttlMs);
        }

        private static Number sum(Number a, Number b) {
            return a instanceof Long x && b instanceof Long y
                    ? (Number) Math.addExact(x, y)
                    : decimal(a).add(decimal(b));
        }

        private static BigDecimal decimal(Number number) {
            return number instanceof BigDecimal decimal ? decimal : BigDecimal.valueOf(number.longValue());
        }
    }

    /** A message for the subscribers of a channel. */
    record Publish(Object message) implements Change {
        @Override
        public void encode(String channel, RespBuffer out) {
            out.command(3).part("PUBLISH").part(channel).part(message);
        }

        @Override
        public int commands() {
            return 1;
        }
    }
}
