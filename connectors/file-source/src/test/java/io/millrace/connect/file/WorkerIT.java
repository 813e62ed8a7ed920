package io.millrace.connect.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.testing.Built;
import io.millrace.testing.ConnectWorker;
import io.millrace.testing.KafkaServer;
import io.millrace.testing.WorkerNumbers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.file.CodecFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The plugin directory in a real worker with exactly-once support, before a real Kafka. {@code -Dfile.megabytes=1024} makes
 * the large file as large as that, as it is stored.
 */
@Timeout(1_800)
class WorkerIT {
    private static final int MEGABYTES = Integer.getInteger("file.megabytes", 24);
    private static final int TASKS = 4;
    private static final Path FOLDER =
            Path.of("target", "it", "file-" + System.nanoTime()).toAbsolutePath();
    private static final JsonMapper JSON = new JsonMapper();

    private static final WorkerNumbers numbers = new WorkerNumbers();
    private static KafkaServer kafka;
    private static ConnectWorker worker;

    @BeforeAll
    static void start() throws Exception {
        kafka = KafkaServer.start(FOLDER);
        worker = ConnectWorker.start(
                FOLDER,
                kafka,
                ConnectWorker.Options.plugins(Built.plugin("file-source"))
                        .with(Map.of("exactly.once.source.support", "enabled"))
                        .withJvm(numbers.options("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")));
    }

    @AfterAll
    static void stop() throws Exception {
        worker.close();
        kafka.close();
    }

    @Test
    void eachRecordOfALargeGzipIsInKafkaOnceThoughTheWorkerIsKilledAndItIsReplayedFromARecord() throws Exception {
        Path in = Files.createDirectories(FOLDER.resolve("large"));
        LargeFile file = LargeFile.write(in.resolve("large.ndjson.gz"), MEGABYTES * 1024L * 1024);
        kafka.createTopic("large", 1);
        long begun = System.nanoTime();
        worker.run("large", config(in, "large", 1));
        for (int kill = 1; kill <= 2; kill++) {
            long until = file.records() * kill / 3;
            await().atMost(Duration.ofMinutes(15)).until(() -> Numbered.committed(kafka, "large") > until);
            worker.process().kill();
            assertThat(Numbered.committed(kafka, "large"))
                    .as("killed in the middle")
                    .isLessThan(file.records());
            worker.start();
        }
        awaitRecords("large", file.records());
        double seconds = (System.nanoTime() - begun) / 1e9;
        Numbered first = Numbered.read(kafka, "large", 0);
        System.out.printf(
                "large.ndjson.gz: %d bytes stored, %d decompressed, %d records in %.0f s, two kills included: %s%n",
                file.stored(), file.plain(), file.records(), seconds, first);
        assertThat(first.distinct()).as("all of them").isEqualTo(file.records());
        assertThat(first.repeated()).as("none twice").isZero();
        assertThat(first.inOrder()).isTrue();

        long from = file.records() * 3 / 4;
        worker.settled("PUT", "/connectors/large/stop", "");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> worker.taskStates("large").isEmpty());
        JsonNode offsets = JSON.readTree(
                worker.request("GET", "/connectors/large/offsets", "").body());
        assertThat(offsets.at("/offsets/0/offset/record").asLong()).isEqualTo(file.records());
        assertThat(offsets.at("/offsets/0/offset/done").asBoolean()).isTrue();
        String changed = JSON.writeValueAsString(Map.of(
                "offsets",
                List.of(Map.of("partition", offsets.at("/offsets/0/partition"), "offset", Map.of("record", from)))));
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            var answer = worker.request("PATCH", "/connectors/large/offsets", changed);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        });
        worker.settled("PUT", "/connectors/large/resume", "");
        awaitRecords("large", 2 * file.records() - from);
        Numbered replayed = Numbered.read(kafka, "large", first.records());
        System.out.println("replayed from record " + from + ": " + replayed);
        assertThat(replayed.lowest()).isEqualTo(from);
        assertThat(replayed.distinct()).isEqualTo(file.records() - from);
        assertThat(replayed.repeated()).isZero();
        assertThat(replayed.inOrder()).isTrue();
        worker.delete("large");
    }

    @Test
    void fourTasksShareManyFilesThatComeWhileTheyAreKilledAndMoveEachAfterItsCommit() throws Exception {
        Path in = Files.createDirectories(FOLDER.resolve("many"));
        Path done = FOLDER.resolve("many-done");
        kafka.createTopic("many", 2);
        Map<String, String> config = config(in, "many", TASKS);
        config.put("cleanup", "move");
        config.put("cleanup.target", done.toString());
        config.put("max.poll.records", "100");
        Set<String> wanted = new HashSet<>();
        int files = 60;
        for (int i = 0; i < files / 2; i++) {
            put(in, i, wanted);
        }
        worker.run("many", config);
        await().atMost(Duration.ofSeconds(120)).until(() -> kafka.read("many").size() > 500);
        worker.process().kill();
        for (int i = files / 2; i < files; i++) {
            put(in, i, wanted);
        }
        worker.start();
        await().atMost(Duration.ofSeconds(180)).untilAsserted(() -> {
            assertThat(kafka.read("many")).hasSizeGreaterThanOrEqualTo(wanted.size());
            try (var left = Files.list(in)) {
                assertThat(left).as("moved").isEmpty();
            }
        });
        assertThat(kafka.read("many")).extracting(ConsumerRecord::value).containsExactlyInAnyOrderElementsOf(wanted);
        try (var moved = Files.list(done)) {
            assertThat(moved).hasSize(files);
        }
        for (int task = 0; task < TASKS; task++) {
            String bean = "io.millrace.connect:type=file-source,connector=\"many\",task=\"" + task + "\"";
            assertThat(numbers.number(bean, "records-total"))
                    .as("share of task " + task)
                    .isPositive();
        }
        worker.delete("many");
    }

    @Test
    void parquetAndAvroOfS3ComeThroughThePluginDirectoryAsItIs() throws Exception {
        kafka.createTopic("orders", 1);
        try (S3Server s3 = S3Server.start(FOLDER)) {
            s3.put("in/a.parquet", Made.parquet(Made.orders(200), CompressionCodecName.ZSTD));
            s3.put("in/b.avro", Made.avro(Made.orders(100), CodecFactory.snappyCodec()));
            for (String format : List.of("parquet", "avro")) {
                Map<String, String> config = s3.config("in/", format);
                config.remove("name");
                config.put("files.include", ".*\\." + format);
                config.put("tasks.max", "1");
                config.put("topic", "orders");
                config.put("key", "${file.name}");
                worker.run("orders-" + format, config);
            }
            await().atMost(Duration.ofSeconds(120))
                    .until(() -> kafka.read("orders").size() >= 300);
            List<ConsumerRecord<String, String>> records = kafka.read("orders");
            assertThat(records).hasSize(300);
            assertThat(records)
                    .filteredOn(record -> record.key().equals("a.parquet"))
                    .extracting(ConsumerRecord::value)
                    .hasSize(200)
                    .contains("{\"id\":4,\"visitor\":\"v4\",\"total\":1.0,\"tags\":[\"t4\",\"é\"]}");
            worker.delete("orders-parquet");
            worker.delete("orders-avro");
        }
    }

    private static void put(Path in, int number, Set<String> wanted) throws Exception {
        List<String> lines =
                Made.json(50).stream().map(line -> number + " " + line).toList();
        wanted.addAll(lines);
        Path hidden = in.resolve(".coming");
        Files.write(hidden, Made.gzip(Made.text(lines)));
        Files.move(hidden, in.resolve("f" + number + ".gz"));
    }

    private static void awaitRecords(String topic, long count) {
        await().atMost(Duration.ofMinutes(20))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> Numbered.committed(kafka, topic) >= count
                        && Numbered.read(kafka, topic, 0).records() >= count);
    }

    private static Map<String, String> config(Path in, String topic, int tasks) {
        Map<String, String> config = new HashMap<>(TaskDriver.config(in, "lines"));
        config.remove("name");
        config.put("tasks.max", Integer.toString(tasks));
        config.put("topic", topic);
        config.put("scan.interval.ms", "200");
        config.put("value.converter", "org.apache.kafka.connect.storage.StringConverter");
        config.put("exactly.once.support", "required");
        return config;
    }
}
