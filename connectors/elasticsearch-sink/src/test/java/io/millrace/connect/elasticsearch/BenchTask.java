package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.JsonBytes;
import io.millrace.connect.commons.RecordTime;
import io.millrace.connect.commons.testing.RecordingContext;
import io.millrace.testing.bench.BenchRun.Figure;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;

/** What is measured in the benchmark's own process: a task without Kafka, and a loop that only sends. */
final class BenchTask {
    private static final int IN_FLIGHT = 3;
    private static final int BULK_RECORDS = 2_000;

    private final BenchDocuments documents;
    private final String url;
    private List<byte[]> bulks;

    BenchTask(BenchDocuments documents, String url) {
        this.documents = documents;
        this.url = url;
    }

    static Map<String, String> properties(String url) {
        return Map.of(
                "name",
                "bench",
                "connector.class",
                ElasticsearchSinkConnector.class.getName(),
                "topics",
                BenchDocuments.TOPIC,
                "elasticsearch.url",
                url,
                "max.in.flight.requests",
                Integer.toString(IN_FLIGHT),
                "bulk.max.records",
                Integer.toString(BULK_RECORDS));
    }

    /** From decoded records to confirmed offsets. */
    Figure put() {
        ElasticsearchSinkTask task = new ElasticsearchSinkTask();
        task.initialize(new RecordingContext(true));
        task.start(properties(url));
        task.open(List.of(BenchDocuments.PARTITION));
        Stopwatch watch = new Stopwatch();
        for (List<SinkRecord> poll : documents.polls()) {
            while (!taken(task, poll)) {
                Thread.onSpinWait();
            }
        }
        Map<TopicPartition, OffsetAndMetadata> end =
                Map.of(BenchDocuments.PARTITION, new OffsetAndMetadata(documents.count()));
        while (task.preCommit(end)
                        .getOrDefault(BenchDocuments.PARTITION, new OffsetAndMetadata(0))
                        .offset()
                < documents.count()) {
            task.put(List.of());
        }
        Figure figure = watch.figure(documents.count());
        task.close(List.of(BenchDocuments.PARTITION));
        task.stop();
        return figure;
    }

    private static boolean taken(ElasticsearchSinkTask task, List<SinkRecord> poll) {
        try {
            task.put(poll);
            return true;
        } catch (RetriableException again) {
            return false;
        }
    }

    /** Sends what the sink would send, encoded before, with as many requests on their way. */
    Figure bareLoop() throws Exception {
        ElasticsearchSinkConfig config = new ElasticsearchSinkConfig(properties(url));
        try (ElasticsearchClient client = new ElasticsearchClient(config)) {
            new Indices(client, config, false).ready(BenchDocuments.TOPIC, BenchDocuments.TOPIC, null);
            encode(config);
            Semaphore free = new Semaphore(IN_FLIGHT);
            AtomicReference<BulkTransport.Reply> failed = new AtomicReference<>();
            Stopwatch watch = new Stopwatch();
            for (byte[] bulk : bulks) {
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
            return watch.figure(documents.count());
        }
    }

    private void encode(ElasticsearchSinkConfig config) {
        if (bulks != null) {
            return;
        }
        OperationWriter writer = new OperationWriter(config, new RecordTime(""), Clock.systemUTC());
        List<SinkRecord> records = documents.records();
        bulks = new ArrayList<>();
        for (int from = 0; from < records.size(); from += BULK_RECORDS) {
            JsonBytes json = new JsonBytes();
            for (SinkRecord record : records.subList(from, Math.min(records.size(), from + BULK_RECORDS))) {
                writer.write(
                        json,
                        Operation.INDEX,
                        record,
                        new OperationWriter.Address(
                                BenchDocuments.TOPIC, (String) record.key(), record.kafkaOffset(), null));
            }
            bulks.add(Arrays.copyOf(json.array(), json.size()));
        }
    }

    /** Time and processor time of this process. */
    private static final class Stopwatch {
        private final long cpu = cpuNanos();
        private final long start = System.nanoTime();

        Figure figure(int records) {
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Figure(records / seconds, (cpuNanos() - cpu) / 1e3 / records, "");
        }

        private static long cpuNanos() {
            return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                    .getProcessCpuTime();
        }
    }
}
