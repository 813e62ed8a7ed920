package io.millrace.connect.redis;

import io.millrace.connect.commons.testing.RecordingContext;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import redis.clients.jedis.Jedis;

/**
 * How fast records get from {@code put()} into Redis, next to what Jedis and Redis themselves can do with the same commands,
 * and next to another connector when its plugin is given. All take turns in one run on one server.
 *
 * <pre>
 *   RedisSinkBench [--records N] [--batch N] [--rounds N] [--report FILE.json] [--peer-plugin DIR --peer-config FILE.json]
 * </pre>
 */
public final class RedisSinkBench {

    /** One thing that is measured; returns records per second. */
    interface Case {
        double run() throws Exception;
    }

    private static final List<String> MODES = List.of("hash", "hash merge", "string", "sorted_set");

    private final BenchOptions options;
    private final RedisServer server;
    private final BenchRecords records;
    private final Map<String, Case> cases = new LinkedHashMap<>();
    private final Map<String, String> references = new HashMap<>();
    private final Map<String, List<Double>> results = new LinkedHashMap<>();
    private final Map<String, String> processor = new HashMap<>();
    private final Map<String, String> spent = new LinkedHashMap<>();

    private RedisSinkBench(BenchOptions options, RedisServer server) {
        this.options = options;
        this.server = server;
        this.records = new BenchRecords(options.records(), options.batch());
    }

    public static void main(String[] arguments) throws Exception {
        BenchOptions options = BenchOptions.parse(arguments);
        Path folder = Files.createTempDirectory("redis-bench");
        try (RedisServer server = RedisServer.start(folder, "--appendonly", "no")) {
            new RedisSinkBench(options, server).run();
        }
    }

    private void run() throws Exception {
        for (String mode : MODES) {
            String raw = mode + ", raw Jedis pipeline";
            cases.put(raw, new RawPipeline(server, mode, records)::jedis);
            cases.put(mode + ", ceiling", new RawPipeline(server, mode, records)::socket);
            for (String delivery : List.of("exactly_once", "at_least_once")) {
                String name = mode + ", " + delivery;
                cases.put(name, () -> sink(name, mode, delivery));
                references.put(name, raw);
            }
            references.put(mode + ", ceiling", raw);
        }
        if (options.peerPlugin() != null) {
            PeerSink peer = new PeerSink(options.peerPlugin(), options.peerConfig(), server);
            String name = "peer " + peer.connectorClass();
            cases.put(name, () -> put(peer.start(records.topicPartition()), "peer"));
            references.put(name, "hash merge, exactly_once");
        }
        for (int round = 0; round <= options.rounds(); round++) {
            for (Map.Entry<String, Case> each : cases.entrySet()) {
                try (Jedis redis = server.client()) {
                    redis.flushAll();
                }
                double redisBefore = redisCpuMicros();
                long threadBefore = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                double rate = each.getValue().run();
                double client = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - threadBefore) / 1e3;
                String cpu = String.format(
                        "%.2f us client, %.2f us Redis",
                        client / records.count(), (redisCpuMicros() - redisBefore) / records.count());
                // The first round only warms up.
                if (round > 0) {
                    processor.put(each.getKey(), cpu);
                    results.computeIfAbsent(each.getKey(), unused -> new ArrayList<>())
                            .add(rate);
                }
            }
        }
        print();
    }

    private double redisCpuMicros() {
        try (Jedis redis = server.client()) {
            return redis.info("cpu")
                            .lines()
                            .filter(line -> line.startsWith("used_cpu_sys:") || line.startsWith("used_cpu_user:"))
                            .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
                            .sum()
                    * 1e6;
        }
    }

    private double sink(String name, String mode, String delivery) throws Exception {
        Map<String, String> properties = new HashMap<>(Map.of(
                "name",
                "bench",
                "topics",
                records.topicPartition().topic(),
                "redis.uri",
                server.uri(),
                "delivery",
                delivery,
                "write.mode",
                mode.startsWith("hash") ? "hash" : mode,
                "hash.update",
                mode.equals("hash merge") ? "merge" : "replace",
                "score.field",
                "total",
                "batch.max.records",
                Integer.toString(options.batch())));
        RedisSinkTask task = new RedisSinkTask();
        task.initialize(new RecordingContext(false));
        task.start(properties);
        task.open(List.of(records.topicPartition()));
        return put(task, name);
    }

    private double put(SinkTask task, String name) throws JMException {
        long before = System.nanoTime();
        for (List<SinkRecord> batch : records.polls()) {
            task.put(batch);
        }
        task.flush(Map.of(records.topicPartition(), new OffsetAndMetadata(records.count())));
        long took = System.nanoTime() - before;
        if (task instanceof RedisSinkTask) {
            ObjectName numbers = new ObjectName("io.millrace.connect:type=redis-sink,connector=\"bench\",task=\"0\"");
            Number latency =
                    (Number) ManagementFactory.getPlatformMBeanServer().getAttribute(numbers, "write-latency-ms-avg");
            Number batches = (Number) ManagementFactory.getPlatformMBeanServer().getAttribute(numbers, "batches-total");
            double writing = latency.doubleValue() * batches.doubleValue() * 1e6 / took;
            spent.put(
                    name,
                    String.format("%.0f %% sending and waiting, %.0f %% encoding", 100 * writing, 100 - 100 * writing));
        }
        task.close(List.of(records.topicPartition()));
        task.stop();
        return records.count() * 1e9 / took;
    }

    private void print() throws IOException {
        System.out.printf(
                "%-34s %12s %12s %12s %8s  %s%n",
                "case", "records/s", "min", "max", "ratio", "processor per record; time in put()");
        List<String> json = new ArrayList<>();
        for (String name : results.keySet()) {
            double[] sorted = sorted(name);
            String reference = references.get(name);
            double ratio = reference == null ? 1 : ratio(name, reference);
            System.out.printf(
                    "%-34s %12.0f %12.0f %12.0f %8.2f  %s%n",
                    name,
                    median(sorted),
                    sorted[0],
                    sorted[sorted.length - 1],
                    ratio,
                    processor.get(name) + (spent.containsKey(name) ? "; " + spent.get(name) : ""));
            json.add(String.format(
                    "{\"case\": \"%s\", \"unit\": \"records/s\", \"median\": %.0f, \"min\": %.0f, \"max\": %.0f, \"reference\":"
                            + " %s, \"ratio\": %.3f}",
                    name,
                    median(sorted),
                    sorted[0],
                    sorted[sorted.length - 1],
                    reference == null ? "null" : "\"" + reference + "\"",
                    ratio));
        }
        if (options.report() != null) {
            Files.writeString(options.report(), "{\"cases\": [\n  " + String.join(",\n  ", json) + "\n]}\n");
        }
    }

    /** The median of the ratios within each round: what disturbs a round disturbs both. */
    private double ratio(String name, String reference) {
        double[] ratios = new double[results.get(name).size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = results.get(name).get(i) / results.get(reference).get(i);
        }
        Arrays.sort(ratios);
        return median(ratios);
    }

    private double[] sorted(String name) {
        return results.get(name).stream()
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Of the partition that all records are of. */
    static TopicPartition partition() {
        return new TopicPartition("orders", 0);
    }
}
