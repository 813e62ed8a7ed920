package io.millrace.connect.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.commons.ConnectJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import redis.clients.jedis.Jedis;

/** What Redis has to hold after records that are applied one by one. */
final class Oracle {

    /** The write mode of each topic. */
    static final Map<String, String> MODES = Map.of(
            "hash", "hash",
            "merged", "hash",
            "string", "string",
            "board", "sorted_set",
            "members", "set",
            "list", "list",
            "counter", "counter");

    private final Map<String, Object> state = new HashMap<>();

    /** @param fields null for a tombstone */
    void apply(String topic, String key, Map<String, Integer> fields) {
        String own = topic + ":" + key;
        switch (topic) {
            case "board" -> members(topic, key, fields == null ? null : (double) fields.get("n"));
            case "members" -> members(topic, key, fields == null ? null : "");
            default -> {
                if (fields == null) {
                    state.remove(own);
                } else {
                    upsert(topic, own, fields);
                }
            }
        }
    }

    private void members(String key, String member, Object value) {
        Map<String, Object> members = child(key, new HashMap<>());
        if (value == null) {
            members.remove(member);
        } else {
            members.put(member, value);
        }
        if (members.isEmpty()) {
            state.remove(key);
        }
    }

    private void upsert(String topic, String key, Map<String, Integer> fields) {
        Map<String, String> texts = new HashMap<>();
        fields.forEach((name, value) -> texts.put(name, value == null ? null : value.toString()));
        switch (topic) {
            case "hash" -> {
                texts.values().removeIf(text -> text == null);
                state.put(key, texts);
            }
            case "merged" -> {
                Map<String, String> merged = child(key, new HashMap<>());
                merged.putAll(texts);
                merged.values().removeIf(text -> text == null);
            }
            case "string" -> state.put(key, ConnectJson.text(null, fields));
            case "list" -> this.<List<String>>child(key, new ArrayList<>()).add(ConnectJson.text(null, fields));
            default -> {
                Map<String, String> sums = child(key, new HashMap<>());
                fields.forEach((name, delta) -> {
                    if (delta != null) {
                        sums.merge(
                                name, delta.toString(), (a, b) -> Long.toString(Long.parseLong(a) + Long.parseLong(b)));
                    }
                });
            }
        }
    }

    void check(Jedis redis) {
        Map<String, Object> stored = new HashMap<>();
        for (String key : redis.keys("*")) {
            if (!key.startsWith("millrace:")) {
                stored.put(key, read(redis, key));
            }
        }
        Map<String, Object> expected = new HashMap<>(state);
        expected.entrySet().removeIf(entry -> entry.getValue().equals(stored.get(entry.getKey())));
        stored.entrySet().removeIf(entry -> entry.getValue().equals(state.get(entry.getKey())));
        // Only what differs, or nobody finds it.
        assertThat(stored).isEqualTo(expected);
    }

    private static Object read(Jedis redis, String key) {
        return switch (redis.type(key)) {
            case "hash" -> redis.hgetAll(key);
            case "string" -> redis.get(key);
            case "list" -> redis.lrange(key, 0, -1);
            case "set" -> {
                Map<String, Object> members = new HashMap<>();
                Set<String> names = new HashSet<>(redis.smembers(key));
                names.forEach(name -> members.put(name, ""));
                yield members;
            }
            default -> {
                Map<String, Object> scores = new HashMap<>();
                redis.zrangeWithScores(key, 0, -1).forEach(tuple -> scores.put(tuple.getElement(), tuple.getScore()));
                yield scores;
            }
        };
    }

    @SuppressWarnings("unchecked")
    private <T> T child(String key, T empty) {
        return (T) state.computeIfAbsent(key, unused -> empty);
    }
}
