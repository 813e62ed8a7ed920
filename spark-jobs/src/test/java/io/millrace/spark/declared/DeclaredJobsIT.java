package io.millrace.spark.declared;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.spark.support.Checkpoint;
import io.millrace.spark.support.ContractsCopy;
import io.millrace.spark.support.DriverProcess;
import io.millrace.spark.support.Servers;
import io.millrace.spark.support.Topology;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A driver whose jobs are folders, between a real broker and registry, compared with counting by hand. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeclaredJobsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Path FOLDER = Path.of("target", "it", "declared").toAbsolutePath();
    private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final long SEED = System.nanoTime();

    /** An event as it was sent. */
    private record Request(String id, long at, String service, int status, double millis) {}

    private static final Random random = new Random(SEED);
    private static final List<Request> sent = new ArrayList<>();
    private static Servers servers;
    private static Topology topics;
    private static JobFiles jobs;
    private static DriverProcess driver;

    @BeforeAll
    static void start() throws IOException {
        System.out.println("random events of the seed " + SEED);
        org.apache.commons.io.FileUtils.deleteDirectory(FOLDER.toFile());
        servers = Servers.start(FOLDER.resolve("servers"));
        ContractsCopy contracts = new ContractsCopy(FOLDER.resolve("contracts"));
        contracts.addKind(
                "ops.requests", JobFiles.REQUEST, "event: {id: request_id, time: at}", "late_data: {future: 1h}");
        contracts.addServing("serving.load", JobFiles.LOAD, "service|window_start");
        topics = new Topology(servers, contracts.catalogue());
        topics.create();
        jobs = new JobFiles(FOLDER.resolve("jobs"));
        jobs.write("load", JobFiles.COUNT, "state: {max_rows: 1000}");
        jobs.write("second", JobFiles.COUNT.replace("AS requests", "AS request"));
        driver = new DriverProcess(
                FOLDER.resolve("driver"),
                servers,
                Map.of(
                        "contracts.path", contracts.folder().toString(),
                        "jobs.path", jobs.folder().toString(),
                        // So that the events of one test are several batches.
                        "batch.max.records", "400"));
        driver.start("--jobs", "load,second");
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable each : new AutoCloseable[] {driver, topics, servers}) {
            each.close();
        }
    }

    @Test
    @Order(1)
    void whatIsServedIsWhatCountingByHandGivesAlsoAfterAKillAndARepeatedBatch() {
        driver.awaitReady();
        send(1_500);
        eventually(() -> !topics.table("serving.load").isEmpty());
        driver.process().kill();
        send(1_500);
        driver.start("--jobs", "load,second");
        eventually(() -> served().equals(counted(request -> true)));

        // So that its last batch is finished: what is to be repeated.
        driver.process().terminate();
        new Checkpoint(generation("load")).forgetNewestCommit();
        driver.start("--jobs", "load,second");
        send(500);
        eventually(() -> served().equals(counted(request -> true)));

        Map.Entry<String, GenericRecord> any =
                topics.table("serving.load").entrySet().iterator().next();
        assertThat(any.getKey()).matches("[a-c]\\|2026-03-01T1\\d:\\d\\d:00Z");
        assertThat(any.getValue().get("region")).hasToString("all");
        assertThat((double) any.getValue().get("slowest")).isBetween(0.0, 1.0);
        assertThat((long) any.getValue().get("updated_at")).isGreaterThan(NOON);
        assertThat(job("load").path("state_budget").asLong()).isEqualTo(1_000);
        assertThat(job("load").path("state_share").asDouble()).isPositive();
    }

    @Test
    @Order(2)
    void whatIsNoEventIsLeftOutAndWhatIsTooLateIsCounted() {
        topics.sendBytes("ops.requests", "poison", "no avro".getBytes(StandardCharsets.UTF_8));
        send(request("future", System.currentTimeMillis() + Duration.ofDays(2).toMillis()));
        eventually(() -> job("load").path("quarantined").asInt() == 2);
        // The watermark moves when the next batch has been planned, so this is in a batch of its own.
        send(request("late", NOON - Duration.ofDays(1).toMillis()));
        eventually(() -> job("load").path("late_rows").asInt() == 1);
        assertThat(served()).isEqualTo(counted(request -> true));
    }

    @Test
    @Order(3)
    void aJobThatCannotRunIsToldAndDisturbsNoOther() {
        assertThat(job("second").path("state").asText()).isEqualTo("stopped");
        assertThat(job("second").path("last_error").asText())
                .contains("did you mean requests?")
                .contains("does not give requests");
        assertThat(driver.health().path("ready").asBoolean()).isTrue();

        jobs.write("second", JobFiles.COUNT);
        eventually(() -> job("second").path("state").asText().equals("running"));
        sendAndKeep(request("still", NOON + Duration.ofMinutes(59).toMillis()));
        eventually(() -> served().equals(counted(request -> true)));
        jobs.remove("second");
        eventually(() -> job("second").isMissingNode());
    }

    @Test
    @Order(4)
    void aChangedQueryCorrectsWhatWasServed() {
        jobs.write("load", JobFiles.COUNT.replace("FROM events", "FROM events WHERE status >= 500"));
        Map<String, Long> failures = counted(request -> request.status() >= 500);
        assertThat(failures).isNotEmpty();
        eventually(() -> {
            Map<String, Long> now = served();
            now.keySet().retainAll(failures.keySet());
            return now.equals(failures);
        });
    }

    @Test
    @Order(5)
    void aChangeThatCannotRunLeavesTheJobAsItWas() {
        jobs.write("load", JobFiles.COUNT.replace("count(*)", "cont(*)"));
        eventually(() -> job("load").path("contract_problem").asText().contains("cont"));
        assertThat(job("load").path("state").asText()).isIn("starting", "running");
        jobs.writeFiles("load", "description: x\nowner: y\nsorce: {}\n", JobFiles.COUNT);
        eventually(() -> job("load").path("contract_problem").asText().contains("did you mean source?"));
        eventually(() -> job("load").path("state").asText().equals("running"));
    }

    /** Random events, out of order within five minutes, one of ten sent twice, one of ten without a time of its own. */
    private static void send(int count) {
        List<Request> batch = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = NOON + sent.size() * 500L - random.nextInt(300_000);
            Request request = request("r" + sent.size(), at);
            sent.add(request);
            batch.add(request);
            if (random.nextInt(10) == 0) {
                batch.add(request);
            }
        }
        for (int from = 0; from < batch.size(); from += 100) {
            List<Request> part = batch.subList(from, Math.min(from + 100, batch.size()));
            Collections.shuffle(part, random);
            part.forEach(DeclaredJobsIT::send);
        }
        topics.flush();
    }

    private static Request request(String id, long at) {
        String service = List.of("a", "b", "c").get(random.nextInt(3));
        return new Request(id, at, service, random.nextInt(10) == 0 ? 503 : 200, random.nextDouble());
    }

    private static void sendAndKeep(Request request) {
        sent.add(request);
        send(request);
        topics.flush();
    }

    private static void send(Request request) {
        GenericRecord event = new GenericData.Record(topics.schema("ops.requests"));
        event.put("request_id", request.id());
        event.put("at", request.at());
        event.put("service", request.service());
        event.put("status", request.status());
        event.put("millis", request.millis());
        topics.send("ops.requests", request.id(), event);
    }

    /** Requests by key, counted by hand. */
    private static Map<String, Long> counted(Predicate<Request> wanted) {
        Set<String> seen = new HashSet<>();
        Map<String, Long> counts = new TreeMap<>();
        for (Request request : sent) {
            if (wanted.test(request) && seen.add(request.id())) {
                long minute = Math.floorDiv(request.at(), 60_000L) * 60_000L;
                counts.merge(request.service() + "|" + Instant.ofEpochMilli(minute), 1L, Long::sum);
            }
        }
        return counts;
    }

    private static Map<String, Long> served() {
        Map<String, Long> counts = new TreeMap<>();
        topics.table("serving.load").forEach((key, row) -> counts.put(key, (long) row.get("requests")));
        return counts;
    }

    private static Path generation(String job) {
        String[] generations = driver.checkpoints().resolve(job).toFile().list();
        assertThat(generations).hasSize(1);
        return driver.checkpoints().resolve(job).resolve(generations[0]);
    }

    private static JsonNode job(String name) {
        for (JsonNode job : driver.health().path("jobs")) {
            if (job.path("job").asText().equals(name)) {
                return job;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    private static void eventually(BooleanSupplier condition) {
        driver.await(PATIENCE, condition);
    }
}
