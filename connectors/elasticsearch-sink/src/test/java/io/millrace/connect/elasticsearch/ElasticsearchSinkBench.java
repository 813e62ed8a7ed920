package io.millrace.connect.elasticsearch;

import io.millrace.testing.bench.BenchOptions;
import io.millrace.testing.bench.BenchRun;
import io.millrace.testing.bench.BenchRun.Figure;
import io.millrace.testing.bench.BenchWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Documents per second, against a real Elasticsearch and against a server that does nothing: through a Connect worker of
 * its own process with one task and a filled topic, and inside of {@code put()} alone; beside a loop that sends the same
 * bytes already encoded, and beside another connector when its plugin directory is given. All take turns in one run.
 *
 * <pre>
 *   ./millrace bench elasticsearch-sink [--records N] [--rounds N] [--poll N] [--server URL] [--only real|null] [--report FILE.json]
 *                                       [--peer-plugin DIR --peer-config FILE.json]
 * </pre>
 *
 * In the peer's configuration {@code ${url}}, {@code ${host}}, {@code ${port}} and {@code ${topic}} are replaced.
 */
public final class ElasticsearchSinkBench {
    private static final String UNIT = "docs/s";
    private static final String REAL = "real";
    private static final String NULL = "null";

    private final BenchDocuments documents;
    private final BenchWorker worker;
    private final Optional<Map<String, String>> peer;
    private final BenchRun run = new BenchRun(System.out);

    private ElasticsearchSinkBench(BenchDocuments documents, BenchWorker worker, Optional<Map<String, String>> peer) {
        this.documents = documents;
        this.worker = worker;
        this.peer = peer;
    }

    public static void main(String[] arguments) throws Exception {
        System.setProperty("org.slf4j.simpleLogger.log.org.apache.kafka.clients.NetworkClient", "error");
        Path folder = Files.createTempDirectory("elasticsearch-bench");
        int exit = 0;
        try {
            bench(
                    BenchOptions.parse(arguments, "records", "poll", "server", "only", "peer-plugin", "peer-config"),
                    folder);
        } catch (IllegalArgumentException misused) {
            System.err.println(misused.getMessage());
            exit = 2;
        } catch (IllegalStateException failed) {
            System.err.println(failed.getMessage());
            exit = 1;
        } finally {
            delete(folder);
        }
        System.exit(exit);
    }

    private static void bench(BenchOptions options, Path folder) throws Exception {
        Optional<Path> plugin = options.path("peer-plugin");
        if (plugin.isPresent() != options.path("peer-config").isPresent()) {
            throw new IllegalArgumentException("--peer-plugin and --peer-config go together");
        }
        Optional<Map<String, String>> peer = Optional.empty();
        if (plugin.isPresent()) {
            peer = Optional.of(
                    BenchWorker.configuration(options.path("peer-config").orElseThrow()));
        }
        BenchDocuments documents = new BenchDocuments(options.number("records", 200_000), options.number("poll", 500));
        String only = options.text("only").orElse("");
        if (!Set.of("", REAL, NULL).contains(only)) {
            throw new IllegalArgumentException("--only is real or null, not " + only);
        }
        try (BenchWorker worker = new BenchWorker(folder, "elasticsearch-sink", plugin, options.number("poll", 500));
                NullServer nothing = new NullServer();
                BenchTarget server = only.equals(NULL)
                        ? BenchTarget.of(nothing)
                        : BenchTarget.elasticsearch(options.text("server"), folder)) {
            worker.fill(BenchDocuments.TOPIC, documents.asTexts());
            ElasticsearchSinkBench bench = new ElasticsearchSinkBench(documents, worker, peer);
            if (!only.equals(NULL)) {
                bench.against("Elasticsearch", server);
            }
            if (!only.equals(REAL)) {
                bench.against("null server", BenchTarget.of(nothing));
            }
            List<BenchRun.Row> rows = bench.run.run(options.rounds(3));
            BenchRun.print(rows, System.out);
            if (options.report().isPresent()) {
                BenchRun.write(rows, options.report().get());
            }
        }
    }

    private void against(String name, BenchTarget target) {
        String bare = name + ", bare bulk loop";
        BenchTask task = new BenchTask(documents, target.url());
        run.add(bare, UNIT, () -> {
            target.clear();
            return task.bareLoop();
        });
        run.add(name + ", put()", UNIT, bare, () -> {
            target.clear();
            return task.put();
        });
        run.add(name + ", worker", UNIT, bare, () -> worker(target, BenchTask.properties(target.url())));
        run.add(name + ", worker, values as bytes", UNIT, bare, () -> {
            Map<String, String> config = new HashMap<>(BenchTask.properties(target.url()));
            config.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
            return worker(target, config);
        });
        peer.ifPresent(config -> {
            String connector = config.get("connector.class");
            String shortName = connector.substring(connector.lastIndexOf('.') + 1);
            run.add(name + ", worker with peer " + shortName, UNIT, bare, () -> worker(target, target.fill(config)));
        });
    }

    private Figure worker(BenchTarget target, Map<String, String> config) throws Exception {
        target.clear();
        ProcessorMeter meter = new ProcessorMeter();
        Figure figure = worker.run(config, target::documents, documents.count(), meter);
        return new Figure(figure.value(), meter.micros, figure.remark());
    }

    /** Processor time of the whole worker process. */
    private final class ProcessorMeter implements BenchWorker.Meter {
        private double begun;
        private double micros;

        @Override
        public void begin() throws IOException {
            begun = processorMicros();
        }

        @Override
        public String remark(long records, double seconds) throws IOException {
            micros = (processorMicros() - begun) / records;
            return "";
        }
    }

    private double processorMicros() throws IOException {
        return worker.numbers().number("java.lang:type=OperatingSystem", "ProcessCpuTime") / 1e3;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }
}
