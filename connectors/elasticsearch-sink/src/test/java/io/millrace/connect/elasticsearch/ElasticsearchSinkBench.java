package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.RecordTime;
import io.millrace.connect.commons.testing.RecordingContext;
import java.io.IOException;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/**
 * Documents per second through one task, from decoded records to confirmed offsets: against a real server and one that
 * does nothing, beside a loop that sends the same bytes already encoded, and beside another sink when one is given. What
 * Kafka and the converter cost is not in it.
 */
public final class ElasticsearchSinkBench {

    private static final TopicPartition PARTITION = new TopicPartition("bench", 0);
    private static final int IN_FLIGHT = 3;
    private static final int BULK_RECORDS = 2_000;

    private final BenchOptions options;
    private final List<SinkRecord> records = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, List<Run>> runs = new LinkedHashMap<>();

    private record Run(double perSecond, double cpuMicros) {}

    private interface Work {
        void run(String url) throws Exception;
    }

    private ElasticsearchSinkBench(BenchOptions options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws Exception {
        new ElasticsearchSinkBench(BenchOptions.parse(arguments)).run();
    }

    private void run() throws Exception {
        for (int i = 0; i < options.records(); i++) {
            Map<String, Object> value = new LinkedHashMap<>();
            value.put("status", i % 7 == 0 ? "failed" : "completed");
            value.put("customer", "customer-" + i % 10_000);
            value.put("total", i * 0.25);
            value.put("events", (long) i % 50);
            value.put("closed", i % 2 == 0);
            value.put("updated_at", 1_700_000_000_000L + i);
            records.add(new SinkRecord(
                    "bench", 0, Schema.STRING_SCHEMA, "order-" + i, null, value, i, 1L, TimestampType.CREATE_TIME));
        }
        try (NullServer nothing = new NullServer()) {
            measure("null", nothing.url());
        }
        if (options.server() != null) {
            measure("server", options.server());
        } else {
            // With the heap of the tests the server refuses requests under this load.
            System.setProperty("server.heap", "1g");
            try (ElasticsearchServer server = ElasticsearchServer.start(Files.createTempDirectory("bench"))) {
                measure("server", server.url());
            }
        }
        report();
    }

    private void measure(String target, String url) throws Exception {
        // The first round warms the virtual machines up and is not counted.
        for (int round = 0; round <= options.rounds(); round++) {
            once(round, target + " sink", url, this::sink);
            once(round, target + " bare loop", url, this::bareLoop);
            if (options.peerPlugin() != null) {
                once(round, target + " peer", url, this::peer);
            }
        }
    }

    private void once(int round, String name, String url, Work work) throws Exception {
        for (String index : List.of("bench", "millrace-ledger")) {
            http.send(
                    HttpRequest.newBuilder(URI.create(url + "/" + index))
                            .DELETE()
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        }
        long cpu = cpuNanos();
        long start = System.nanoTime();
        work.run(url);
        double seconds = (System.nanoTime() - start) / 1e9;
        Run run = new Run(options.records() / seconds, (cpuNanos() - cpu) / 1e3 / options.records());
        System.out.printf(
                "%-20s %,12.0f docs/s %8.2f us CPU/doc%s%n",
                name, run.perSecond, run.cpuMicros, round == 0 ? "  (warm-up)" : "");
        if (round > 0) {
            runs.computeIfAbsent(name, unseen -> new ArrayList<>()).add(run);
        }
    }

    private void sink(String url) {
        drive(new ElasticsearchSinkTask(), properties(url));
    }

    /** Sends what the sink would send, encoded before, with as many requests on their way. */
    private void bareLoop(String url) throws Exception {
        ElasticsearchSinkConfig config = new ElasticsearchSinkConfig(properties(url));
        try (ElasticsearchClient client = new ElasticsearchClient(config)) {
            new Indices(client, config, false).ready("bench", null);
            OperationWriter writer = new OperationWriter(config, new RecordTime(""), Clock.systemUTC());
            Semaphore free = new Semaphore(IN_FLIGHT);
            AtomicReference<BulkTransport.Reply> failed = new AtomicReference<>();
            for (byte[] bulk : encoded(writer)) {
                free.acquire();
                client.bulk(bulk, 0, bulk.length, BULK_RECORDS, reply -> {
                    if (!(reply instanceof BulkTransport.Answered)) {
                        failed.set(reply);
                    }
                    free.release();
                });
            }
            free.acquire(IN_FLIGHT);
            if (failed.get() != null) {
                throw new IllegalStateException("the bare loop failed: " + failed.get());
            }
        }
    }

    private List<byte[]> bulks;

    private List<byte[]> encoded(OperationWriter writer) {
        if (bulks == null) {
            bulks = new ArrayList<>();
            for (int from = 0; from < records.size(); from += BULK_RECORDS) {
                JsonBytes json = new JsonBytes();
                for (SinkRecord record : records.subList(from, Math.min(records.size(), from + BULK_RECORDS))) {
                    writer.write(
                            json,
                            Operation.INDEX,
                            record,
                            new OperationWriter.Address("bench", (String) record.key(), record.kafkaOffset(), null));
                }
                bulks.add(Arrays.copyOf(json.array(), json.size()));
            }
        }
        return bulks;
    }

    private void peer(String url) throws Exception {
        Properties given = new Properties();
        try (Reader reader = Files.newBufferedReader(options.peerConfig())) {
            given.load(reader);
        }
        Map<String, String> properties = new HashMap<>(Map.of("name", "bench", "topics", "bench"));
        given.forEach(
                (key, value) -> properties.put(key.toString(), value.toString().replace("${url}", url)));
        try (Stream<Path> files = Files.walk(options.peerPlugin())) {
            List<URL> jars = new ArrayList<>();
            for (Path jar :
                    files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                jars.add(jar.toUri().toURL());
            }
            try (URLClassLoader loader =
                    new URLClassLoader(jars.toArray(URL[]::new), getClass().getClassLoader())) {
                Thread.currentThread().setContextClassLoader(loader);
                SinkConnector connector = (SinkConnector) loader.loadClass(properties.get("connector.class"))
                        .getDeclaredConstructor()
                        .newInstance();
                connector.start(properties);
                SinkTask task = (SinkTask)
                        connector.taskClass().getDeclaredConstructor().newInstance();
                drive(task, connector.taskConfigs(1).get(0));
            }
        }
    }

    private void drive(SinkTask task, Map<String, String> properties) {
        task.initialize(new RecordingContext(true));
        task.start(properties);
        task.open(List.of(PARTITION));
        for (int from = 0; from < records.size(); ) {
            int to = Math.min(records.size(), from + options.batch());
            try {
                task.put(records.subList(from, to));
                from = to;
            } catch (RetriableException again) {
                Thread.onSpinWait();
            }
        }
        Map<TopicPartition, OffsetAndMetadata> end = Map.of(PARTITION, new OffsetAndMetadata(records.size()));
        while (task.preCommit(end)
                        .getOrDefault(PARTITION, new OffsetAndMetadata(0))
                        .offset()
                < records.size()) {
            task.put(List.of());
        }
        task.close(List.of(PARTITION));
        task.stop();
    }

    private static Map<String, String> properties(String url) {
        return Map.of(
                "name",
                "bench",
                "elasticsearch.url",
                url,
                "max.in.flight.requests",
                Integer.toString(IN_FLIGHT),
                "bulk.max.records",
                Integer.toString(BULK_RECORDS));
    }

    private void report() throws IOException {
        List<Map<String, Object>> cases = new ArrayList<>();
        runs.forEach((name, measured) -> {
            double[] sorted =
                    measured.stream().mapToDouble(Run::perSecond).sorted().toArray();
            String reference = name.substring(0, name.indexOf(' ')) + " bare loop";
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("case", name);
            one.put("unit", "docs/s");
            one.put("median", median(sorted));
            one.put("min", sorted[0]);
            one.put("max", sorted[sorted.length - 1]);
            one.put("reference", reference);
            // Rounds alternate, so that what the machine does meanwhile falls on both: the ratio is taken round by
            // round.
            List<Run> beside = runs.get(reference);
            double[] ratios = new double[sorted.length];
            for (int i = 0; i < ratios.length; i++) {
                ratios[i] = measured.get(i).perSecond() / beside.get(i).perSecond();
            }
            Arrays.sort(ratios);
            one.put("ratio", median(ratios));
            one.put(
                    "cpu_us_per_doc",
                    median(measured.stream()
                            .mapToDouble(Run::cpuMicros)
                            .sorted()
                            .toArray()));
            cases.add(one);
            System.out.printf(
                    "%-20s median %,10.0f docs/s (%,.0f to %,.0f), %.2f of the bare loop, %.2f us CPU/doc%n",
                    name,
                    one.get("median"),
                    one.get("min"),
                    one.get("max"),
                    one.get("ratio"),
                    one.get("cpu_us_per_doc"));
        });
        if (options.report() != null) {
            Files.write(options.report(), Json.bytes(Map.of("cases", cases)));
        }
    }

    private static double median(double[] sorted) {
        return sorted.length % 2 == 1
                ? sorted[sorted.length / 2]
                : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
