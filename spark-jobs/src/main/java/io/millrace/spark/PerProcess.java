package io.millrace.spark;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * What a process has once, for tasks to share: caches, readers, producers.
 *
 * <p>A task reaches its process only through static fields (whatever its function carries is a fresh copy per task), so
 * this is the one place that has one. Things are kept until the process ends; keys must come from the configuration and
 * the contracts, never from data. Safe for use by several threads.
 */
public final class PerProcess {
    private static final ConcurrentMap<String, Object> THINGS = new ConcurrentHashMap<>();

    private PerProcess() {}

    /** The thing with this key, made on first use. The same key must always be asked for with the same type. */
    @SuppressWarnings("unchecked")
    public static <T> T get(String key, Supplier<T> maker) {
        return (T) THINGS.computeIfAbsent(key, absent -> maker.get());
    }
}
