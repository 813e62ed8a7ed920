package io.millrace.connect.http;

import io.millrace.testing.Built;
import io.millrace.testing.ConnectWorker;
import io.millrace.testing.KafkaServer;
import io.millrace.testing.Ports;
import io.millrace.testing.ServerProcess;
import io.millrace.testing.bench.BenchOptions;
import io.millrace.testing.bench.BenchRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How many events a second a real worker takes over HTTP and has acknowledged by Kafka, beside a producer alone (acks=all,
 * the same events, the same broker), and how long answers take at half of that. Then Kafka is frozen, and killed, under load.
 *
 * <pre>
 *   HttpSourceBench [--seconds N per case] [--rounds N] [--outage-seconds N] [--report FILE.json]
 * </pre>
 */
public final class HttpSourceBench {
    private static final String TOPIC = "web.events";
    private static final String RAW = "producer alone, acks=all";

    /** Records of one run of Kafka's own tool, and those before its JVM is warm, which it does not count. */
    private static final int TOOL_RECORDS = 700_000;

    private static final int TOOL_WARM_UP = 200_000;

    private static final Pattern TOOL_RESULT = Pattern.compile("records sent, ([0-9.]+) records/sec");

    /** Connections that send batches of a size. */
    private static final Map<Integer, Integer> CONNECTIONS = Map.of(1, 64, 100, 16, 1_000, 8);

    private final BenchOptions options;
    private final KafkaServer kafka;
    private final Map<String, Double> maximum = new HashMap<>();

    private HttpSourceBench(BenchOptions options, KafkaServer kafka) {
        this.options = options;
        this.kafka = kafka;
    }

    public static void main(String[] arguments) throws Exception {
        BenchOptions options = BenchOptions.parse(arguments, "seconds", "outage-seconds");
        Path folder = Files.createTempDirectory("http-source-bench");
        try (KafkaServer kafka = KafkaServer.start(folder)) {
            // Few segments are kept: a bench writes gigabytes.
            kafka.createTopic(TOPIC, 4, Map.of("retention.bytes", "100000000", "segment.bytes", "50000000"));
            new HttpSourceBench(options, kafka).run(folder);
        } finally {
            delete(folder);
        }
    }

    private void run(Path folder) throws Exception {
        int plain = Ports.free();
        int exactlyOnce = Ports.free();
        try (ConnectWorker worker = worker(folder, plain, false);
                ConnectWorker transactional = worker(folder, exactlyOnce, true)) {
            BenchRun bench = new BenchRun(System.out);
            bench.add(RAW, "events/s", this::rawProducer);
            bench.add("kafka-producer-perf-test, acks=all", "events/s", () -> producerPerfTest(folder));
            for (int batch : List.of(1, 100, 1_000)) {
                add(bench, "http, batches of " + batch, plain, batch);
            }
            add(bench, "http, batches of 1000, exactly once", exactlyOnce, 1_000);
            List<BenchRun.Row> rows = new ArrayList<>(bench.run(options.rounds(3)));
            if (options.number("outage-seconds", 60) > 0) {
                rows.add(outage("frozen", worker, plain, () -> kafka.process().pause(), () -> kafka.process()
                        .resume()));
                rows.add(outage("killed", worker, plain, () -> kafka.process().kill(), kafka::start));
            }
            BenchRun.print(rows, System.out);
            if (options.report().isPresent()) {
                BenchRun.write(rows, options.report().get());
            }
        }
    }

    private void add(BenchRun bench, String name, int port, int batch) {
        BenchLoad load = new BenchLoad(port, batch, CONNECTIONS.get(batch));
        bench.add(name, "events/s", RAW, () -> {
            BenchLoad.Result result = load.atMaximum(seconds());
            requireAllStored(result);
            maximum.put(name, result.eventsPerSecond());
            return new BenchRun.Figure(result.eventsPerSecond(), result.shown());
        });
        bench.add(name + ", p99 at half of it", "ms", () -> {
            BenchLoad.Result result = load.atRate(maximum.get(name) / 2, seconds());
            requireAllStored(result);
            return new BenchRun.Figure(
                    result.p99Ms(), "%,.0f events/s, %s".formatted(result.eventsPerSecond(), result.shown()));
        });
    }

    private static void requireAllStored(BenchLoad.Result result) {
        if (result.statuses().keySet().stream().anyMatch(status -> status != 200)) {
            throw new IllegalStateException("answers by status: " + result.statuses());
        }
    }

    private double seconds() {
        return options.number("seconds", 4);
    }

    /** What kafka-producer-perf-test does, in a JVM that is warm: sends without pause, default settings but acks=all. */
    private BenchRun.Figure rawProducer() {
        byte[] value = BenchClient.EVENT.getBytes(StandardCharsets.US_ASCII);
        byte[] key = "u1042".getBytes(StandardCharsets.US_ASCII);
        AtomicLong acknowledged = new AtomicLong();
        long start = System.nanoTime();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrap(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            long end = start + (long) (seconds() * 1e9);
            while (System.nanoTime() < end) {
                producer.send(new ProducerRecord<>(TOPIC, key, value), (metadata, e) -> {
                    if (e == null) {
                        acknowledged.incrementAndGet();
                    }
                });
            }
        }
        return BenchRun.Figure.of(acknowledged.get() / ((System.nanoTime() - start) / 1e9));
    }

    /** Kafka's own tool, as its script starts it, with records of the size of an event. */
    private BenchRun.Figure producerPerfTest(Path folder) throws Exception {
        Path log = folder.resolve("perf-" + System.nanoTime() + ".log");
        ServerProcess.start(
                        log,
                        Map.of(),
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-Xmx512m",
                                "-cp",
                                Built.kafkaClassPath(),
                                "org.apache.kafka.tools.ProducerPerformance",
                                "--topic",
                                TOPIC,
                                "--num-records",
                                String.valueOf(TOOL_RECORDS),
                                "--warmup-records",
                                String.valueOf(TOOL_WARM_UP),
                                "--record-size",
                                String.valueOf(BenchClient.EVENT.length()),
                                "--throughput",
                                "-1",
                                "--bootstrap-server",
                                kafka.bootstrap(),
                                "--command-property",
                                "acks=all"))
                .awaitSuccess();
        // The last line is the sum of all.
        double rate = Double.NaN;
        Matcher result = TOOL_RESULT.matcher(Files.readString(log));
        while (result.find()) {
            rate = Double.parseDouble(result.group(1));
        }
        return BenchRun.Figure.of(rate);
    }

    /** What is done to the broker. */
    private interface Fault {
        void run() throws Exception;
    }

    /** Kafka is away while clients go on: the worker's memory before and after, in MiB. */
    private BenchRun.Row outage(String how, ConnectWorker worker, int port, Fault away, Fault back) throws Exception {
        int seconds = options.number("outage-seconds", 60);
        BenchLoad load = new BenchLoad(port, 100, 64);
        load.atMaximum(seconds());
        long before = residentMiB(worker);
        away.run();
        CompletableFuture<BenchLoad.Result> clients = CompletableFuture.supplyAsync(() -> {
            try {
                return load.atMaximum(seconds);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        long most = before;
        while (!clients.isDone()) {
            Thread.sleep(1_000);
            most = Math.max(most, residentMiB(worker));
        }
        back.run();
        String remark = "answers by status (0: none): " + clients.get().statuses() + "; resident before " + before
                + " MiB; 200 again after " + secondsUntilStored(port) + " s";
        return new BenchRun.Row(
                "memory gained while Kafka is " + how + " for " + seconds + " s under load",
                "MiB",
                most - before,
                most - before,
                most - before,
                null,
                null,
                null,
                remark);
    }

    /** From now on, with Kafka back. */
    private long secondsUntilStored(int port) throws Exception {
        long start = System.nanoTime();
        BenchLoad one = new BenchLoad(port, 1, 1);
        while (!one.atMaximum(0.2).statuses().containsKey(200)) {
            if (System.nanoTime() - start > 120e9) {
                throw new IllegalStateException("nothing is stored 120 s after Kafka came back");
            }
        }
        return (long) ((System.nanoTime() - start) / 1e9);
    }

    private static long residentMiB(ConnectWorker worker) throws IOException {
        return Files.readAllLines(
                        Path.of("/proc", String.valueOf(worker.process().pid()), "status"))
                .stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_024)
                .findFirst()
                .orElseThrow();
    }

    private ConnectWorker worker(Path folder, int port, boolean exactlyOnce) throws Exception {
        ConnectWorker worker = ConnectWorker.start(
                folder,
                kafka,
                LocalKafka.options(exactlyOnce)
                        .withJvm("-Xmx512m", "-XX:+UseSerialGC")
                        .with(Map.of("offset.flush.interval.ms", "10000")));
        Map<String, String> config = new HashMap<>(Map.of(
                "connector.class",
                HttpSourceConnector.class.getName(),
                "tasks.max",
                "1",
                "port",
                String.valueOf(port),
                "topic",
                TOPIC));
        if (exactlyOnce) {
            config.put("exactly.once.support", "required");
        }
        worker.run("bench-" + port, config);
        return worker;
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
