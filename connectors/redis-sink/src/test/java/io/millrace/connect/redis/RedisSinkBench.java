package io.millrace.connect.redis;

import io.millrace.connect.commons.testing.RecordingContext;
import io.millrace.testing.bench.BenchOptions;
import io.millrace.testing.bench.BenchRun;
import io.millrace.testing.bench.BenchRun.Figure;
import io.millrace.testing.bench.BenchWorker;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import redis.clients.jedis.Jedis;

/**
 * How fast records get into Redis: through a Connect worker of its own process with one task and a filled topic, and inside
 * of {@code put()} alone; next to what Jedis and Redis can do with the same records, and next to another connector when its
 * plugin directory is given. All take turns in one run, on one server, one partition and one worker.
 *
 * <pre>
 *   ./millrace bench redis-sink [--records N] [--rounds N] [--poll N] [--modes hash,string] [--report FILE.json]
 *                               [--peer-plugin DIR --peer-config FILE.json]
 * </pre>
 */
public final class RedisSinkBench {

    static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    private static final String ALL_MODES = "hash,hash_merge,string,sorted_set";
    private static final String UNIT = "records/s";
    private static final List<String> DELIVERIES = List.of("exactly_once", "at_least_once");

    private final RedisServer server;
    private final BenchRecords records;
    private final BenchConnectors worker;
    private final BenchRun run = new BenchRun(System.out);
    private final Map<String, List<Double>> measured = new HashMap<>();

    private RedisSinkBench(RedisServer server, BenchRecords records, BenchConnectors worker) {
        this.server = server;
        this.records = records;
        this.worker = worker;
    }

    public static void main(String[] arguments) throws Exception {
        // A client that is there before its server says so many times.
        System.setProperty("org.slf4j.simpleLogger.log.org.apache.kafka.clients.NetworkClient", "error");
        Path folder = Files.createTempDirectory("redis-bench");
        int exit = 0;
        try {
            BenchOptions options =
                    BenchOptions.parse(arguments, "records", "poll", "modes", "peer-plugin", "peer-config");
            Optional<Path> peer = options.path("peer-plugin");
            if (peer.isPresent() != options.path("peer-config").isPresent()) {
                throw new IllegalArgumentException("--peer-plugin and --peer-config go together");
            }
            if (peer.isPresent() && !Files.isDirectory(peer.get())) {
                throw new IllegalArgumentException("--peer-plugin " + peer.get() + " is no folder");
            }
            int poll = options.number("poll", 500);
            BenchRecords records = new BenchRecords(options.number("records", 200_000), poll);
            Optional<Map<String, String>> peerConfig = Optional.empty();
            if (peer.isPresent()) {
                peerConfig = Optional.of(
                        BenchWorker.configuration(options.path("peer-config").orElseThrow()));
            }
            try (RedisServer server = RedisServer.start(folder, "--appendonly", "no");
                    BenchWorker worker = new BenchWorker(folder, "redis-sink", peer, poll)) {
                List<String> modes =
                        List.of(options.text("modes").orElse(ALL_MODES).split(","));
                worker.fill(PARTITION.topic(), records.asText());
                new RedisSinkBench(server, records, new BenchConnectors(worker, server, records.count()))
                        .measure(modes, peerConfig, options);
            }
        } catch (IllegalArgumentException misused) {
            System.err.println(misused.getMessage());
            exit = 2;
        } catch (IllegalStateException failed) {
            System.err.println(failed.getMessage());
            exit = 1;
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted((a, b) -> b.compareTo(a))
                        .forEach(path -> path.toFile().delete());
            }
        }
        System.exit(exit);
    }

    private void measure(List<String> modes, Optional<Map<String, String>> peer, BenchOptions options)
            throws Exception {
        for (String mode : modes) {
            RawPipeline raw = new RawPipeline(server, mode, records);
            add(mode + ", raw Jedis pipeline", null, () -> timed(raw::jedis));
            add(mode + ", ceiling: bytes ready, replies counted", raw(mode), () -> timed(raw::socket));
            for (String delivery : DELIVERIES) {
                add(put(mode, delivery), raw(mode), () -> timed(() -> put(sink(mode, delivery, server.uri()))));
            }
        }
        String floor = "worker that reads, converts and drops";
        add(floor, null, worker::withoutSink);
        for (String mode : modes) {
            for (String delivery : DELIVERIES) {
                add(worker(mode, delivery), floor, () -> worker.ours(mode, delivery));
            }
        }
        String peerCase = "";
        if (peer.isPresent()) {
            String connector = peer.get().get("connector.class");
            peerCase = "worker, peer " + connector.substring(connector.lastIndexOf('.') + 1);
            add(peerCase, floor, () -> worker.peer(peer.get()));
        }
        List<BenchRun.Row> rows = run.run(options.rounds(3));
        BenchRun.print(rows, System.out);
        goals(modes, peerCase);
        if (options.report().isPresent()) {
            BenchRun.write(rows, options.report().get());
        }
    }

    private void goals(List<String> modes, String peerCase) {
        System.out.println();
        for (String mode : modes) {
            System.out.printf(
                    "%-10s  put() / raw pipeline %.2f (goal 0.8); exactly once costs %.0f %% in put(), %.0f %% in the"
                            + " worker (goal 10 %%)%n",
                    mode,
                    ratio(put(mode, "exactly_once"), raw(mode)),
                    100 - 100 * ratio(put(mode, "exactly_once"), put(mode, "at_least_once")),
                    100 - 100 * ratio(worker(mode, "exactly_once"), worker(mode, "at_least_once")));
        }
        if (!peerCase.isEmpty()) {
            modes.forEach(mode -> System.out.printf(
                    "%-10s  exactly once is %.2f x %s%s%n",
                    mode,
                    ratio(worker(mode, "exactly_once"), peerCase),
                    peerCase,
                    mode.equals("hash") ? " (goal 2)" : ""));
        }
    }

    private static String raw(String mode) {
        return mode + ", raw Jedis pipeline";
    }

    private static String put(String mode, String delivery) {
        return mode + ", put() " + delivery;
    }

    private static String worker(String mode, String delivery) {
        return mode + ", worker " + delivery;
    }

    private void add(String name, String reference, BenchRun.Measured one) {
        run.add(name, UNIT, reference, () -> {
            Figure figure = one.run();
            measured.computeIfAbsent(name, unused -> new ArrayList<>()).add(figure.value());
            return figure;
        });
    }

    /** The median of the ratios within each round that counts. */
    private double ratio(String name, String reference) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 1; i < measured.get(name).size(); i++) {
            ratios.add(measured.get(name).get(i) / measured.get(reference).get(i));
        }
        ratios.sort(null);
        int middle = ratios.size() / 2;
        return ratios.size() % 2 == 1 ? ratios.get(middle) : (ratios.get(middle - 1) + ratios.get(middle)) / 2;
    }

    /** One thing that is measured in this process; returns how long it took in nanoseconds. */
    private interface Work {
        double nanos() throws Exception;
    }

    private Figure timed(Work work) throws Exception {
        try (Jedis redis = server.client()) {
            redis.flushAll();
        }
        double redisBefore = server.processorMicros();
        long threadBefore = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        double nanos = work.nanos();
        double thread = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - threadBefore) / 1e3;
        return new Figure(
                records.count() * 1e9 / nanos,
                "client %.2f us a record, Redis %.2f us"
                        .formatted(
                                thread / records.count(), (server.processorMicros() - redisBefore) / records.count()));
    }

    static Map<String, String> sink(String mode, String delivery, String uri) {
        return new HashMap<>(Map.of(
                "name",
                "bench",
                "topics",
                PARTITION.topic(),
                "redis.uri",
                uri,
                "delivery",
                delivery,
                "write.mode",
                mode.startsWith("hash") ? "hash" : mode,
                "hash.update",
                mode.equals("hash_merge") ? "merge" : "replace",
                "score.field",
                "total"));
    }

    private double put(Map<String, String> properties) throws IOException {
        RedisSinkTask task = new RedisSinkTask();
        task.initialize(new RecordingContext(false));
        task.start(properties);
        task.open(List.of(PARTITION));
        long before = System.nanoTime();
        for (List<SinkRecord> poll : records.polls()) {
            task.put(poll);
        }
        task.preCommit(Map.of(PARTITION, new OffsetAndMetadata(records.count())));
        long took = System.nanoTime() - before;
        task.close(List.of(PARTITION));
        task.stop();
        return took;
    }
}
