package io.millrace.spark.bench;

import io.millrace.schemas.Catalogue;
import io.millrace.testing.bench.BenchOptions;
import io.millrace.testing.bench.BenchRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code ./millrace bench spark}: each job from an empty checkpoint to the end of its topic, beside what a hand-written query
 * needs on the same input at least. What is compared has to give the same answer, which is checked.
 */
public final class SparkJobsBench {
    private SparkJobsBench() {}

    public static void main(String[] arguments) throws Exception {
        BenchOptions options;
        try {
            options = BenchOptions.parse(arguments, "only", "events", "batch");
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
        Catalogue catalogue = Catalogue.bundled();
        try (BenchServers servers = new BenchServers(folder.resolve("input-" + events), folder.resolve("work"))) {
            BenchRunner runner = new BenchRunner(servers, catalogue, options.number("batch", 200_000));
            SparkCases cases = new SparkCases(servers, runner, catalogue, home.resolve("spark-jobs/jobs"), events);
            Map<String, SparkCases.Case> known = new TreeMap<>(cases.all());
            List<String> wanted = options.text("only").map(List::of).orElseGet(() -> List.copyOf(known.keySet()));
            BenchRun bench = new BenchRun(System.out);
            for (String name : wanted) {
                if (!known.containsKey(name)) {
                    throw new IllegalArgumentException("there is no case " + name + "; known are " + known.keySet());
                }
                known.get(name).addTo(bench);
            }
            List<BenchRun.Row> rows = bench.run(options.rounds(3));
            BenchRun.print(rows, System.out);
            if (options.report().isPresent()) {
                write(rows, options.report().get());
            }
        }
    }

    private static void write(List<BenchRun.Row> rows, Path report) throws IOException {
        if (report.toAbsolutePath().getParent() != null) {
            Files.createDirectories(report.toAbsolutePath().getParent());
        }
        BenchRun.write(rows, report);
    }
}
