package io.millrace.connect.jdbc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a task counts, shown as Connect's plugin metrics. Written by the task's thread, read by any. */
final class SourceMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(SourceMetrics.class);

    private final LongAdder rows = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder splitGroups = new LongAdder();
    private final Map<String, Integer> waiting = new ConcurrentHashMap<>();
    private volatile boolean available = true;
    private volatile int missingTables;

    void read(int count) {
        rows.add(count);
        available = true;
    }

    void failed() {
        failures.increment();
        available = false;
    }

    void splitGroup() {
        splitGroups.increment();
    }

    /** How many transactions the rows of a table wait for. */
    void waiting(String table, int transactions) {
        waiting.put(table, transactions);
    }

    void missing(int tables) {
        missingTables = tables;
    }

    /** Adds the numbers to a worker that has plugin metrics (Connect 4.1 and newer). */
    void show(SourceTaskContext context) {
        try {
            PluginGauges.add(this, context);
        } catch (LinkageError | UnsupportedOperationException olderWorker) {
            LOG.debug("this worker has no plugin metrics", olderWorker);
        }
    }

    private Map<String, Supplier<Number>> all() {
        Map<String, Supplier<Number>> all = new LinkedHashMap<>();
        all.put("rows", rows::sum);
        all.put("failures", failures::sum);
        all.put("split-groups", splitGroups::sum);
        all.put("awaited-transactions", () -> waiting.values().stream()
                .mapToInt(Integer::intValue)
                .max()
                .orElse(0));
        all.put("available", () -> available ? 1 : 0);
        all.put("missing-tables", () -> missingTables);
        return all;
    }

    /** A class of its own, as an older worker cannot load it. */
    private static final class PluginGauges {
        private PluginGauges() {}

        static void add(SourceMetrics metrics, SourceTaskContext context) {
            PluginMetrics plugin = context.pluginMetrics();
            if (plugin == null) {
                return;
            }
            metrics.all()
                    .forEach((name, value) -> plugin.addMetric(
                            plugin.metricName(name, "see the README", new LinkedHashMap<>()),
                            (Gauge<Number>) (config, now) -> value.get()));
        }
    }
}
