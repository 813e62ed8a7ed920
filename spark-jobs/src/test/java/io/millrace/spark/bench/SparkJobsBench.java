package io.millrace.spark.bench;

import io.millrace.schemas.Catalogue;
import io.millrace.testing.bench.BenchOptions;
import io.millrace.testing.bench.BenchRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * {@code ./millrace bench spark}: each job from an empty checkpoint to the end of its topic, beside what a hand-written query
 * needs on the same input at least. What is compared has to give the same answer, which is checked.
 */
public final class SparkJobsBench {
    /** The code is warmed up by a part of the input, since the whole takes minutes. */
    private static final int WARM_UP = 20;

    private SparkJobsBench() {}

    public static void main(String[] arguments) throws Exception {
        BenchOptions options;
        try {
            options = BenchOptions.parse(arguments, "only", "events", "batch", "store");
            run(options);
        } catch (IllegalArgumentException e) {
            System.err.println("bench spark: " + e.getMessage());
            System.exit(2);
        }
        System.exit(0);
    }

    private static void run(BenchOptions options) throws Exception {
        long events = options.number("events", 5_000_000);
        Path home = Path.of(System.getProperty("millrace.home", ".."))
                .toAbsolutePath()
                .normalize();
        Path folder = home.resolve(".millrace/bench/spark");
        // Producers that Spark and our jobs keep say every second that the brokers of the warm-up are gone.
        Configurator.setLevel("org.apache.kafka.clients.NetworkClient", Level.ERROR);
        // More queries than a process usually has, one after the other.
        Configurator.setLevel("org.apache.spark.sql.kafka010.consumer.InternalKafkaConsumerPool", Level.ERROR);
        long small = Math.max(events / WARM_UP, 1);
        List<BenchRun.Row> rows;
        try (BenchServers servers = new BenchServers(folder.resolve("input"), folder.resolve("work"))) {
            cases(servers, home, small, options).warmUp();
            servers.stopBrokers();
            rows = cases(servers, home, events, options).measure(options.rounds(3));
        }
        BenchRun.print(rows, System.out);
        if (options.report().isPresent()) {
            write(rows, options.report().get());
        }
    }

    private static BenchRun cases(BenchServers servers, Path home, long events, BenchOptions options) throws Exception {
        Catalogue catalogue = Catalogue.bundled();
        // Some batches at least: a watermark moves from batch to batch.
        int batch = (int) Math.max(1, Math.min(options.number("batch", 200_000), events / 5));
        BenchRunner runner = new BenchRunner(
                servers,
                catalogue,
                batch,
                Map.of("state.store", options.text("store").orElse("auto")));
        Map<String, SparkCases.Case> known =
                new SparkCases(servers, runner, catalogue, home.resolve("spark-jobs/jobs"), events).all();
        List<String> wanted = options.text("only")
                .map(names -> List.of(names.split(",")))
                .orElseGet(() -> List.copyOf(known.keySet()));
        BenchRun bench = new BenchRun(System.out);
        for (String name : wanted) {
            if (!known.containsKey(name)) {
                throw new IllegalArgumentException("there is no case " + name + "; known are " + known.keySet());
            }
            known.get(name).addTo(bench);
        }
        return bench;
    }

    private static void write(List<BenchRun.Row> rows, Path report) throws IOException {
        if (report.toAbsolutePath().getParent() != null) {
            Files.createDirectories(report.toAbsolutePath().getParent());
        }
        BenchRun.write(rows, report);
    }
}
