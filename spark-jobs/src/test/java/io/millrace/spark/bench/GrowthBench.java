package io.millrace.spark.bench;

import io.millrace.schemas.Catalogue;
import io.millrace.spark.JobContext;
import io.millrace.spark.StateStore;
import io.millrace.spark.lake.GrowingTable;
import io.millrace.spark.support.Broker;
import io.millrace.testing.bench.BenchOptions;
import io.millrace.testing.bench.BenchRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * {@code ./millrace bench growth}: what one batch costs when a table or a state has become large, as a ratio to what it cost
 * when they were small.
 */
public final class GrowthBench {
    private static final String DEFAULT_ROWS = "1000000,5000000";
    private static final String DEFAULT_SESSIONS = "10000,100000,1000000";
    private static final String MILLIS = "ms a batch";

    private GrowthBench() {}

    public static void main(String[] arguments) throws Exception {
        try {
            run(BenchOptions.parse(arguments, "only", "rows", "sessions", "batch", "store"));
        } catch (IllegalArgumentException e) {
            System.err.println("bench growth: " + e.getMessage());
            System.exit(2);
        }
        System.exit(0);
    }

    private static void run(BenchOptions options) throws Exception {
        int batch = options.number("batch", 50_000);
        Path home = Path.of(System.getProperty("millrace.home", ".."))
                .toAbsolutePath()
                .normalize();
        Path folder = home.resolve(".millrace/bench/growth");
        Catalogue catalogue = Catalogue.bundled();
        String only = options.text("only").orElse("upsert,state");
        if (!only.matches("upsert|state|upsert,state")) {
            throw new IllegalArgumentException("--only is upsert or state, not " + only);
        }
        List<BenchRun.Row> rows = new ArrayList<>();
        try (BenchServers servers = new BenchServers(folder.resolve("input"), folder.resolve("work"))) {
            BenchRunner runner = new BenchRunner(servers, catalogue, 10_000_000, Map.of());
            Broker broker = servers.broker("broker");
            if (only.contains("upsert")) {
                int[] sizes = sizes(options.text("rows").orElse(DEFAULT_ROWS));
                rows.addAll(
                        upserts(runner.context(broker, Map.of()), sizes, batch).run(options.rounds(8)));
            }
            if (only.contains("state")) {
                int[] sizes = sizes(options.text("sessions").orElse(DEFAULT_SESSIONS));
                List<String> stores = options.text("store").map(List::of).orElse(StateStore.labels());
                // Each measurement is some batches; the first round only warms up.
                rows.addAll(
                        states(runner, broker, catalogue, stores, sizes, batch).run(1));
            }
        }
        BenchRun.print(rows, System.out);
        if (options.report().isPresent()) {
            BenchRun.write(rows, options.report().get());
        }
    }

    private static BenchRun upserts(JobContext context, int[] sizes, int batch) {
        BenchRun bench = new BenchRun(System.out);
        String reference = null;
        for (int size : sizes) {
            GrowingTable table = new GrowingTable(context, size);
            String name = "upsert of %,d into %,d rows".formatted(batch, size);
            bench.add(name, MILLIS, reference, () -> BenchRun.Figure.of(table.upsert(batch)));
            reference = reference == null ? name : reference;
        }
        return bench;
    }

    private static BenchRun states(
            BenchRunner runner, Broker broker, Catalogue catalogue, List<String> stores, int[] sizes, int batch) {
        BenchRun bench = new BenchRun(System.out);
        for (String store : stores) {
            String reference = null;
            for (int open : sizes) {
                String name = "%,d events, %,d open sessions, %s".formatted(batch, open, store);
                bench.add(name, MILLIS, reference, () -> {
                    try (OpenSessions sessions = OpenSessions.start(runner, broker, catalogue, store, open)) {
                        return sessions.measure(batch);
                    }
                });
                reference = reference == null ? name : reference;
            }
        }
        return bench;
    }

    private static int[] sizes(String text) {
        try {
            return Arrays.stream(text.split(",")).mapToInt(Integer::parseInt).toArray();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("sizes are whole numbers with commas between them, not " + text, e);
        }
    }
}
