package io.millrace.local.page;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** Reads what the Redis sink wrote: one bounded pass over the keys, then only the hashes that count. Thread-safe. */
final class ServingReader implements AutoCloseable {
    private static final int MAX_KEYS = 200_000;
    private static final int MAX_SESSIONS = 20_000;
    private static final int BATCH = 1_000;
    private static final String MINUTES = "serving.requests_per_minute:";
    private static final String SESSIONS = "serving.sessions:";
    private static final String ORDERS = "serving.orders:";
    private static final String LEDGERS = "millrace:ledger:";

    private final RedisClient redis;

    ServingReader(RedisClient redis) {
        this.redis = redis;
    }

    /**
     * The state now.
     *
     * @throws redis.clients.jedis.exceptions.JedisException when Redis does not answer
     */
    ServingState read() {
        Keys keys = scan();
        try (Pipeline pipeline = redis.pipelined()) {
            return new ServingState(
                    minutes(pipeline, keys.newestMinutes()),
                    sessions(pipeline, keys.sessions),
                    keys.orders,
                    ledgers(pipeline, keys.ledgers),
                    keys.truncated);
        }
    }

    @Override
    public void close() {
        redis.close();
    }

    private Keys scan() {
        Keys keys = new Keys();
        ScanParams params = new ScanParams().count(BATCH);
        String cursor = ScanParams.SCAN_POINTER_START;
        int seen = 0;
        do {
            ScanResult<String> page = redis.scan(cursor, params);
            page.getResult().forEach(keys::add);
            seen += page.getResult().size();
            cursor = page.getCursor();
            keys.truncated |= seen >= MAX_KEYS;
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START) && !keys.truncated);
        return keys;
    }

    private static List<ServingState.Minute> minutes(Pipeline pipeline, List<MinuteKey> keys) {
        List<ServingState.Minute> rows = new ArrayList<>();
        List<List<String>> answers = hashes(
                pipeline, keys.stream().map(MinuteKey::key).toList(), "requests", "active_users", "freshness_ms");
        for (int i = 0; i < keys.size(); i++) {
            Long requests = number(answers.get(i).get(0));
            Long users = number(answers.get(i).get(1));
            if (requests != null && users != null) {
                MinuteKey key = keys.get(i);
                rows.add(new ServingState.Minute(
                        key.site,
                        key.start,
                        requests,
                        users,
                        number(answers.get(i).get(2))));
            }
        }
        return rows;
    }

    private static List<ServingState.Session> sessions(Pipeline pipeline, List<String> keys) {
        List<ServingState.Session> rows = new ArrayList<>();
        for (List<String> hash : hashes(pipeline, keys, "site", "last_event_at", "closed")) {
            Instant last = Ledger.instant(hash.get(1));
            if (hash.get(0) != null && last != null) {
                rows.add(new ServingState.Session(hash.get(0), last, Boolean.parseBoolean(hash.get(2))));
            }
        }
        return rows;
    }

    private static List<Ledger> ledgers(Pipeline pipeline, List<String> keys) {
        List<Ledger> rows = new ArrayList<>();
        List<List<String>> answers = hashes(pipeline, keys, "newest_received_at", "updated_at");
        for (int i = 0; i < keys.size(); i++) {
            Instant updated = Ledger.instant(answers.get(i).get(1));
            // millrace:ledger:<connector>:<topic>:<partition>
            String[] parts = keys.get(i).split(":");
            if (updated != null && parts.length == 5) {
                rows.add(new Ledger(parts[3], Ledger.instant(answers.get(i).get(0)), updated));
            }
        }
        return rows;
    }

    private static List<List<String>> hashes(Pipeline pipeline, List<String> keys, String... fields) {
        List<List<String>> answers = new ArrayList<>(keys.size());
        for (int from = 0; from < keys.size(); from += BATCH) {
            List<Response<List<String>>> sent = new ArrayList<>();
            for (String key : keys.subList(from, Math.min(keys.size(), from + BATCH))) {
                sent.add(pipeline.hmget(key, fields));
            }
            pipeline.sync();
            sent.forEach(response -> answers.add(response.get()));
        }
        return answers;
    }

    private static Long number(String text) {
        try {
            return text == null ? null : Long.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private record MinuteKey(String key, String site, Instant start) {
        /** {@code <site>|<minute>|<country>}, read from the right since a site may hold any character. */
        static MinuteKey parse(String key) {
            int country = key.lastIndexOf('|');
            int minute = key.lastIndexOf('|', country - 1);
            if (minute < MINUTES.length()) {
                return null;
            }
            Instant start = Ledger.instant(key.substring(minute + 1, country));
            return start == null ? null : new MinuteKey(key, key.substring(MINUTES.length(), minute), start);
        }
    }

    /** The keys that one pass found, sorted by what they are. */
    private static final class Keys {
        private final Map<String, List<MinuteKey>> minutes = new HashMap<>();
        private final List<String> sessions = new ArrayList<>();
        private final List<String> ledgers = new ArrayList<>();
        private long orders;
        private boolean truncated;

        void add(String key) {
            if (key.startsWith(MINUTES)) {
                addMinute(MinuteKey.parse(key));
            } else if (key.startsWith(SESSIONS)) {
                if (sessions.size() < MAX_SESSIONS) {
                    sessions.add(key);
                } else {
                    truncated = true;
                }
            } else if (key.startsWith(ORDERS)) {
                orders++;
            } else if (key.startsWith(LEDGERS)) {
                ledgers.add(key);
            }
        }

        private void addMinute(MinuteKey key) {
            if (key == null) {
                return;
            }
            List<MinuteKey> newest = minutes.computeIfAbsent(key.site, site -> new ArrayList<>());
            if (!newest.isEmpty() && newest.get(0).start.isBefore(key.start)) {
                newest.clear();
            }
            if (newest.isEmpty() || newest.get(0).start.equals(key.start)) {
                newest.add(key);
            }
        }

        List<MinuteKey> newestMinutes() {
            return minutes.values().stream().flatMap(List::stream).distinct().toList();
        }
    }
}
