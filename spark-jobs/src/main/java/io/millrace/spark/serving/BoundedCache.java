package io.millrace.spark.serving;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Remembers the results that were used last, at most so many. Safe for use by several threads. */
final class BoundedCache<K, V> {
    private final LinkedHashMap<K, V> entries;

    BoundedCache(int most) {
        entries = new LinkedHashMap<>(256, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    /** The remembered result, or a new one; two threads may compute the same one at once. */
    V get(K key, Function<K, V> compute) {
        synchronized (entries) {
            V found = entries.get(key);
            if (found != null) {
                return found;
            }
        }
        // Outside of the lock: computing may take a thousand times as long as looking up.
        V made = compute.apply(key);
        synchronized (entries) {
            entries.put(key, made);
        }
        return made;
    }
}
