package io.millrace.spark;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * The transactional producers of a process, by the name of the task that owns them. One that was not used for a while is
 * closed. Safe for use by several threads; one name is used by one thread at a time.
 */
final class TransactionalProducers {
    private static final long KEEP_NANOS = TimeUnit.MINUTES.toNanos(10);

    private record Kept(TransactionalProducer producer, Map<String, Object> settings, long usedAt) {}

    private final Map<String, Kept> idle = new HashMap<>();

    long use(
            String name, Map<String, Object> settings, String anchorTopic, ToLongFunction<TransactionalProducer> work) {
        TransactionalProducer producer = take(name, settings);
        if (producer == null) {
            producer = TransactionalProducer.open(name, settings, anchorTopic);
        }
        boolean good = false;
        try {
            long written = work.applyAsLong(producer);
            good = true;
            return written;
        } finally {
            if (good) {
                keep(name, settings, producer);
            } else {
                // Whatever went wrong, a new producer begins from what the broker knows.
                producer.abandon();
            }
        }
    }

    private synchronized TransactionalProducer take(String name, Map<String, Object> settings) {
        Kept kept = idle.remove(name);
        if (kept != null && !kept.settings().equals(settings)) {
            // Of another cluster, or with credentials of before.
            kept.producer().abandon();
            return null;
        }
        return kept == null ? null : kept.producer();
    }

    private synchronized void keep(String name, Map<String, Object> settings, TransactionalProducer producer) {
        long now = System.nanoTime();
        for (Iterator<Kept> each = idle.values().iterator(); each.hasNext(); ) {
            Kept kept = each.next();
            if (now - kept.usedAt() > KEEP_NANOS) {
                each.remove();
                kept.producer().abandon();
            }
        }
        idle.put(name, new Kept(producer, settings, now));
    }
}
