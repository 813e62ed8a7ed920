package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.spark.support.ContractsCopy;
import io.millrace.spark.support.Requests;
import io.millrace.spark.support.Servers;
import io.millrace.spark.support.SparkHome;
import io.millrace.spark.support.Submissions;
import io.millrace.spark.support.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.commons.io.FileUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The jar that is delivered, run by spark-submit of a plain Spark, between a real broker and registry, compared with
 * counting by hand.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SparkSubmitIT {
    private static final Path FOLDER = Path.of("target", "it", "submit").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static Servers servers;
    private static Topology topics;
    private static Requests requests;
    private static Submissions submissions;

    @BeforeAll
    static void start() throws IOException {
        FileUtils.deleteDirectory(FOLDER.toFile());
        servers = Servers.start(FOLDER.resolve("servers"));
        ContractsCopy contracts = new ContractsCopy(FOLDER.resolve("contracts"));
        contracts.addKind(
                Requests.TOPIC,
                Requests.SCHEMA,
                "event: {id: request_id, time: at}",
                "quality: {fields: {service: {allowed: [a, b, c]}}}");
        contracts.addServing(Requests.LOAD_TOPIC, Requests.LOAD, "service|window_start");
        topics = new Topology(servers, contracts.catalogue());
        topics.create();
        requests = new Requests(topics, System.nanoTime());
        Path job = Files.createDirectories(FOLDER.resolve("jobs").resolve("load"));
        Files.writeString(job.resolve("job.yaml"), Requests.JOB);
        Files.writeString(job.resolve("query.sql"), Requests.QUERY);
        // So that a few hundred events are several batches.
        submissions = new Submissions(FOLDER, servers, contracts, "batch.max.records=300");
    }

    @AfterAll
    static void stop() throws Exception {
        submissions.close();
        for (AutoCloseable each : new AutoCloseable[] {topics, servers}) {
            each.close();
        }
    }

    @Test
    @Order(1)
    void whatIsDeclaredIsToldAndChecked() {
        SparkHome.Submitted validate = submissions.submit("validate");
        assertThat(validate.process().waitFor()).isZero();
        assertThat(validate.printed()).isEqualTo("1 job is sound.\n");
    }

    @Test
    @Order(2)
    void availableNowDoesWhatThereIsAndTellsAboutIt() throws Exception {
        requests.send(1_000);
        topics.sendBytes(Requests.TOPIC, "poison", "no avro".getBytes());
        topics.flush();

        JsonNode told = submissions.ended(0, "run", "--job", "load", "--mode", "available-now", "--run-id", "first");
        assertThat(served()).isEqualTo(requests.counted());
        assertThat(told.path("job").asText()).isEqualTo("load");
        assertThat(told.path("run_id").asText()).isEqualTo("first");
        assertThat(told.path("status").asText()).isEqualTo("done");
        assertThat(told.path("rows_in").asLong()).isEqualTo(requests.records() + 1);
        assertThat(told.path("rows_duplicate").asLong()).isEqualTo(requests.duplicates());
        assertThat(told.path("rows_quarantined").asLong()).isEqualTo(1);
        assertThat(told.path("rows_late").asLong()).isZero();
        assertThat(told.path("rows_out").asLong())
                .isEqualTo(topics.read(Requests.LOAD_TOPIC).size());
        assertThat(told.path("commits").asLong()).isGreaterThan(1);
        assertThat(Instant.parse(told.path("watermark").asText())).isAfter(Requests.NOON.minus(Duration.ofHours(1)));
        long read = 0;
        for (JsonNode offset : told.path("offsets").path(Requests.TOPIC)) {
            read += offset.asLong();
        }
        assertThat(read).as("the offset vector").isEqualTo(requests.records() + 1);
        // Tools for lag see the same vector.
        assertThat(groupOffsets("millrace-load")).isEqualTo(read);
        assertThat(topics.read("ops.job_progress"))
                .isNotEmpty()
                .allSatisfy(batch -> assertThat(batch.value().get("job")).hasToString("load"));
    }

    @Test
    @Order(3)
    void aBoundedRunGivesWhatTheStreamGaveAndTheSameWhenRepeated() {
        Map<Integer, Long> before = end();
        JsonNode told = submissions.ended(0, "run", "--job", "load", "--mode", "batch", "--run-id", "all");
        List<Topology.Read> first = since(before);
        assertThat(counts(first)).as("every row, from its events alone").isEqualTo(requests.counted());
        assertThat(told.path("rows_out").asLong()).isEqualTo(first.size());
        assertThat(told.path("rows_in").asLong()).isEqualTo(requests.records() + 1);
        assertThat(told.path("rows_duplicate").asLong()).isEqualTo(requests.duplicates());
        assertThat(told.path("rows_quarantined").asLong()).isEqualTo(1);

        // More has come meanwhile; the repeated run reads what it read before.
        requests.send(200);
        Map<Integer, Long> between = end();
        submissions.ended(0, "run", "--job", "load", "--mode", "batch", "--run-id", "all");
        assertThat(bytes(since(between))).isEqualTo(bytes(first));

        // What the stream makes of the rest still stands on its own state.
        submissions.ended(0, "run", "--job", "load", "--mode", "available-now");
        assertThat(served()).isEqualTo(requests.counted());
    }

    @Test
    @Order(4)
    void aRangeGivesTheRowsWhoseTimeIsInItWhole() {
        Map<Integer, Long> before = end();
        // Its edges cut minutes apart: such a row belongs to the range by its start, and counts all its events.
        Instant start = Requests.NOON.plusSeconds(90);
        Instant end = Requests.NOON.plusSeconds(270);
        JsonNode told = submissions.ended(
                0, "run", "--job", "load", "--mode", "batch", "--start", start.toString(), "--end", end.toString());
        Map<String, Long> expected = new TreeMap<>(requests.counted());
        expected.keySet().removeIf(key -> {
            Instant minute = Instant.parse(key.substring(key.indexOf('|') + 1));
            return minute.isBefore(start) || !minute.isBefore(end);
        });
        assertThat(expected).isNotEmpty();
        assertThat(counts(since(before))).isEqualTo(expected);
        assertThat(told.path("start").asText()).isEqualTo(start.toString());
    }

    @Test
    @Order(5)
    void aDryRunTellsWhatWouldBeReadAndWritesNothing() throws IOException {
        Map<Integer, Long> before = end();
        List<Path> files = files();
        JsonNode told = submissions.ended(0, "run", "--job", "load", "--mode", "batch", "--dry-run");
        assertThat(told.path("status").asText()).isEqualTo("dry-run");
        assertThat(told.path("offsets").path(Requests.TOPIC)).isNotEmpty();
        assertThat(since(before)).isEmpty();
        assertThat(files()).isEqualTo(files);
    }

    @Test
    @Order(6)
    void whatIsAskedWronglyIsRefusedWithTheReason() {
        assertThat(submissions.ended(2, "run", "--job", "laod").path("error").asText())
                .contains("did you mean load?");
        assertThat(submissions
                        .ended(2, "run", "--job", "enrich", "--mode", "batch")
                        .path("error")
                        .asText())
                .contains("--mode available-now");
        assertThat(submissions
                        .ended(2, "run", "--job", "load", "--mode", "stream", "--start", "2026-03-01")
                        .path("error")
                        .asText())
                .contains("--mode batch");
    }

    @Test
    @Order(7)
    void aSecondCopyIsRefusedAndADeadOnesLockEnds() {
        SparkHome.Submitted first = submissions.submit("run", "--job", "load", "--run-id", "streaming");
        requests.send(50);
        first.process().await(PATIENCE, () -> served().equals(requests.counted()));
        JsonNode refused = submissions.ended(75, "run", "--job", "load", "--mode", "available-now");
        assertThat(refused.path("status").asText()).isEqualTo("locked");
        assertThat(refused.path("error").asText()).contains("already running: run streaming (stream)");

        first.process().kill();
        requests.send(200);
        submissions.done("run", "--job", "load", "--mode", "available-now");
        assertThat(served()).isEqualTo(requests.counted());
    }

    @Test
    @Order(8)
    void aSignalLetsTheBatchFinishAndTheRunTell() throws IOException {
        SparkHome.Submitted driver = submissions.submit("run", "--job", "load", "--run-id", "ended");
        requests.send(400);
        driver.process().await(PATIENCE, () -> served().equals(requests.counted()));
        assertThat(driver.process().terminate()).isEqualTo(143);
        JsonNode told = JSON.readTree(driver.printed());
        assertThat(told.path("status").asText()).isEqualTo("stopped");
        assertThat(told.path("rows_in").asLong()).isPositive();
        assertThat(submissions.newest("load", "commits"))
                .as("no batch is half done")
                .isEqualTo(submissions.newest("load", "offsets"));
        // The lock is free at once.
        submissions.ended(0, "run", "--job", "load", "--mode", "available-now");
    }

    @Test
    @Order(9)
    void killedInEachPhaseOfABatchItCountsEverythingOnce() {
        List<String> phases = List.of(
                "after:.*/offsets/%1$d", // planned for good, nothing done
                "before:.*/commits/%1$d", // all is written, and nobody knows
                "before:.*/offsets/%1$d", // planned, and nothing of it kept
                "after:.*/state/0/0/%2$d\\.delta", // a task has written its rows and kept its state
                "after:.*/commits/%1$d"); // finished
        // Each costs two starts of Spark: two by default, -Dspark.phases=5 for all.
        for (String phase : phases.subList(0, Integer.getInteger("spark.phases", 2))) {
            requests.send(700);
            submissions.killed("load", phase);
        }
        submissions.done("run", "--job", "load", "--mode", "available-now");
        assertThat(served()).isEqualTo(requests.counted());
    }

    @Test
    @Order(10)
    void aStandaloneClusterRunsItToo() {
        String master = submissions.spark().startCluster();
        requests.send(300);
        SparkHome.Submitted run = submissions
                .spark()
                .submit(
                        "standalone",
                        master,
                        List.of(),
                        List.of(
                                "--conf",
                                "spark.driver.host=127.0.0.1",
                                "--conf",
                                "spark.executor.memory=600m",
                                "--conf",
                                "spark.executor.extraJavaOptions=-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m"),
                        submissions.arguments("run", "--job", "load", "--mode", "available-now"));
        assertThat(run.process().waitFor(PATIENCE)).as(run.process().tail()).isZero();
        assertThat(served()).isEqualTo(requests.counted());
        assertThat(submissions.spark().hasRunExecutors()).isTrue();
    }

    @Test
    @Order(11)
    void whatTheContractDoesNotExpectEndsABoundedRunWithFour() {
        GenericRecord odd = new GenericData.Record(topics.schema(Requests.TOPIC));
        odd.put("request_id", "odd");
        odd.put("at", Requests.NOON.toEpochMilli());
        odd.put("service", "z");
        topics.send(Requests.TOPIC, "odd", odd);
        topics.flush();
        JsonNode told = submissions.ended(4, "run", "--job", "load", "--mode", "batch");
        assertThat(told.path("status").asText()).isEqualTo("quality");
        assertThat(told.path("quality").get(0).asText())
                .contains("ops.requests: service not allowed in 1 of ")
                .contains("expected none");
        assertThat(served()).as("it counts anyway").containsEntry("z|2026-03-01T12:00:00Z", 1L);
    }

    private static long groupOffsets(String group) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers.bootstrapServers()))) {
            Map<TopicPartition, Long> offsets = new java.util.HashMap<>();
            admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, offset) -> offsets.put(partition, offset.offset()));
            return offsets.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private static List<Path> files() throws IOException {
        try (var all = Files.walk(submissions.checkpoints())) {
            return all.sorted().toList();
        }
    }

    /** Rows by key, as counted. */
    private static Map<String, Long> served() {
        return counts(topics.read(Requests.LOAD_TOPIC));
    }

    private static Map<String, Long> counts(List<Topology.Read> rows) {
        Map<String, Long> counts = new TreeMap<>();
        rows.forEach(row -> counts.put(row.key(), (long) row.value().get("requests")));
        return counts;
    }

    /** The end of the topic, per partition. */
    private static Map<Integer, Long> end() {
        Map<Integer, Long> end = new TreeMap<>();
        topics.read(Requests.LOAD_TOPIC).forEach(row -> end.merge(row.partition(), row.offset() + 1, Math::max));
        return end;
    }

    private static List<Topology.Read> since(Map<Integer, Long> end) {
        return topics.read(Requests.LOAD_TOPIC).stream()
                .filter(row -> row.offset() >= end.getOrDefault(row.partition(), 0L))
                .toList();
    }

    private static Map<String, List<Byte>> bytes(List<Topology.Read> rows) {
        Map<String, List<Byte>> bytes = new TreeMap<>();
        for (Topology.Read row : rows) {
            List<Byte> value = new ArrayList<>();
            for (byte each : row.bytes()) {
                value.add(each);
            }
            bytes.put(row.key(), value);
        }
        return bytes;
    }
}
