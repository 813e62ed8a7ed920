package io.millrace.connect.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.commons.ConnectJson;
import io.millrace.connect.commons.JsonObjects;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import redis.clients.jedis.GeoCoordinate;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.resps.StreamEntry;

/**
 * What Redis has to hold after records that are applied one by one. Messages that are published are held by nobody, see
 * {@link RedisSinkPropertyIT}.
 */
final class Oracle {

    /** The write mode of each topic; json only where the server has the module for it, see {@link JsonModuleIT}. */
    static final Map<String, String> MODES = modes();

    /** Another set of elements to compare one with. */
    private static final String REFERENCE = "millrace:reference";

    private final Map<String, Object> state = new HashMap<>();

    private static Map<String, String> modes() {
        Map<String, String> modes = new TreeMap<>(Map.of(
                "hash", "hash",
                "merged", "hash",
                "string", "string",
                "board", "sorted_set",
                "members", "set",
                "places", "geo",
                "list", "list",
                "stream", "stream",
                "visitors", "hyperloglog",
                "counter", "counter"));
        if (RedisServer.hasJson()) {
            modes.put("documents", "json");
        }
        return modes;
    }

    /** What a sink has to be told about these topics. */
    static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(Map.of(
                "topics", String.join(",", MODES.keySet()),
                "hash.update.merged", "merge",
                "key.template.list", "${topic}:${key}",
                "key.template.stream", "${topic}:${key}",
                "key.template.visitors", "${topic}:${key}",
                "geo.longitude.field", "n",
                "geo.latitude.field", "n",
                "score.field", "n"));
        MODES.forEach((topic, mode) -> settings.put("write.mode." + topic, mode));
        return settings;
    }

    /** @param fields null for a tombstone */
    void apply(String topic, String key, Map<String, Integer> fields) {
        String own = topic + ":" + key;
        switch (topic) {
            case "board" -> members(topic, key, fields == null ? null : (double) fields.get("n"));
            case "members" -> members(topic, key, fields == null ? null : "");
            case "places" -> members(topic, key, fields == null ? null : List.of(fields.get("n"), fields.get("n")));
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
        Map<String, String> present = new HashMap<>(texts);
        present.values().removeIf(text -> text == null);
        String json = ConnectJson.text(null, fields);
        switch (topic) {
            case "hash" -> state.put(key, present);
            case "merged" -> {
                Map<String, String> merged = child(key, new HashMap<>());
                merged.putAll(texts);
                merged.values().removeIf(text -> text == null);
            }
            case "string" -> state.put(key, json);
            case "documents" -> state.put(key, JsonObjects.parse(json).orElseThrow());
            case "list" -> this.<List<String>>child(key, new ArrayList<>()).add(json);
            case "stream" ->
                this.<List<Map<String, String>>>child(key, new ArrayList<>()).add(present);
            case "visitors" -> this.<Set<String>>child(key, new HashSet<>()).add(json);
            default -> {
                Map<String, String> sums = child(key, new HashMap<>());
                present.forEach((name, delta) ->
                        sums.merge(name, delta, (a, b) -> Long.toString(Long.parseLong(a) + Long.parseLong(b))));
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

    private Object read(Jedis redis, String key) {
        String topic = key.contains(":") ? key.substring(0, key.indexOf(':')) : key;
        return switch (topic) {
            case "string" -> redis.get(key);
            case "documents" ->
                JsonObjects.parse(new String(
                                (byte[]) redis.sendCommand(() -> "JSON.GET".getBytes(StandardCharsets.UTF_8), key),
                                StandardCharsets.UTF_8))
                        .orElseThrow();
            case "list" -> redis.lrange(key, 0, -1);
            case "stream" ->
                redis.xrange(key, "-", "+").stream().map(StreamEntry::getFields).toList();
            case "members" ->
                redis.smembers(key).stream().collect(Collectors.toMap(member -> member, member -> (Object) ""));
            case "board" -> {
                Map<String, Object> scores = new HashMap<>();
                redis.zrangeWithScores(key, 0, -1).forEach(tuple -> scores.put(tuple.getElement(), tuple.getScore()));
                yield scores;
            }
            case "places" -> {
                Map<String, Object> places = new HashMap<>();
                for (String member : redis.zrange(key, 0, -1)) {
                    GeoCoordinate place = redis.geopos(key, member).get(0);
                    // Redis keeps places to less than a metre; those here are whole degrees.
                    places.put(member, List.of((int) Math.round(place.getLongitude()), (int)
                            Math.round(place.getLatitude())));
                }
                yield places;
            }
            case "visitors" -> sameElements(redis, key) ? state.get(key) : redis.pfcount(key);
            default -> redis.hgetAll(key);
        };
    }

    /** Whether the key counts the same elements as one that was just filled with those that are expected. */
    private boolean sameElements(Jedis redis, String key) {
        if (!(state.get(key) instanceof Set<?> elements)) {
            return false;
        }
        redis.pfadd(REFERENCE, elements.toArray(String[]::new));
        long expected = redis.pfcount(REFERENCE);
        boolean same = redis.pfcount(key) == expected && redis.pfcount(key, REFERENCE) == expected;
        redis.del(REFERENCE);
        return same;
    }

    @SuppressWarnings("unchecked")
    private <T> T child(String key, T empty) {
        return (T) state.computeIfAbsent(key, unused -> empty);
    }
}
