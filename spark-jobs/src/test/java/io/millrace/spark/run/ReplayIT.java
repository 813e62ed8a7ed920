package io.millrace.spark.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.spark.support.ContractsCopy;
import io.millrace.spark.support.Requests;
import io.millrace.spark.support.Servers;
import io.millrace.spark.support.SparkHome;
import io.millrace.spark.support.Submissions;
import io.millrace.spark.support.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A day of a serving topic, rebuilt by another logic while somebody reads, compared with counting by hand. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplayIT {
    private static final Path FOLDER = Path.of("target", "it", "replay").toAbsolutePath();
    private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
    private static final Instant END = Instant.parse("2026-03-03T00:00:00Z");
    /** The new logic no longer counts this service, so rows of it have to go. */
    private static final Predicate<String> NEW_LOGIC = service -> !service.equals("c");

    private static Servers servers;
    private static Topology topics;
    private static Requests requests;
    private static Submissions submissions;
    private static Path query;

    @BeforeAll
    static void start() throws IOException {
        FileUtils.deleteDirectory(FOLDER.toFile());
        servers = Servers.start(FOLDER.resolve("servers"));
        ContractsCopy contracts = new ContractsCopy(FOLDER.resolve("contracts"));
        contracts.addKind(Requests.TOPIC, Requests.SCHEMA, "event: {id: request_id, time: at}");
        contracts.addServing(Requests.LOAD_TOPIC, Requests.LOAD, "service|window_start");
        topics = new Topology(servers, contracts.catalogue());
        topics.create();
        // A minute from one to the next: three days and a half.
        requests = new Requests(topics, System.nanoTime(), 60_000);
        submissions = new Submissions(FOLDER, servers, contracts);
        Path job = Files.createDirectories(FOLDER.resolve("jobs").resolve("load"));
        Files.writeString(job.resolve("job.yaml"), Requests.JOB);
        query = Files.writeString(job.resolve("query.sql"), Requests.QUERY);
        requests.send(5_000);
        submissions.ended(0, "run", "--job", "load", "--mode", "available-now");
        Files.writeString(query, Requests.QUERY.replace("FROM events", "FROM events WHERE service <> 'c'"));
    }

    @AfterAll
    static void stop() throws Exception {
        submissions.close();
        topics.close();
        servers.close();
    }

    @Test
    @Order(1)
    void aBuildThatIsKilledLeavesTheLiveRowsAsTheyWere() {
        SparkHome.Submitted build = submissions.submit(replay("day"));
        build.process().await(Submissions.PATIENCE, () -> !generation("day").isEmpty());
        build.process().kill();
        assertThat(live()).isEqualTo(requests.counted());
    }

    @Test
    @Order(2)
    void readersSeeTheOldRowsAndThenTheNewOnesAndNeverSomeOfBoth() throws InterruptedException {
        Map<String, Long> old = requests.counted();
        Map<String, Long> renewed = expected();
        assertThat(renewed).isNotEqualTo(old);
        List<Map<String, Long>> seen = Collections.synchronizedList(new ArrayList<>());
        Thread reader = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    seen.add(live());
                } catch (org.apache.kafka.common.errors.InterruptException e) {
                    return;
                }
            }
        });
        reader.start();
        JsonNode told = submissions.done(replay("day"));
        int before = seen.size();
        while (seen.size() < before + 2) {
            Thread.onSpinWait();
        }
        reader.interrupt();
        reader.join();

        assertThat(seen).as("what a reader saw").allMatch(table -> table.equals(old) || table.equals(renewed));
        assertThat(seen).contains(old, renewed);
        assertThat(told.path("generation").asText()).isEqualTo("serving.load.day");
        long gone =
                old.keySet().stream().filter(key -> !renewed.containsKey(key)).count();
        assertThat(gone).isPositive();
        assertThat(told.path("rows_gone").asLong()).isEqualTo(gone);
    }

    @Test
    @Order(3)
    void theGenerationIsWhatARunFromScratchGives() {
        JsonNode told = submissions.done("replay", "--job", "load", "--run-id", "scratch", "--build-only");
        assertThat(told.path("status").asText()).isEqualTo("built");
        Map<String, Long> scratch = generation("scratch");
        assertThat(scratch).isEqualTo(requests.counted(NEW_LOGIC));
        scratch.keySet().removeIf(key -> !isInDay(key));
        assertThat(generation("day")).isEqualTo(scratch);
        assertThat(live()).as("build-only leaves the live rows alone").isEqualTo(expected());
    }

    @Test
    @Order(4)
    void aReplayThatIsRepeatedChangesNothing() {
        int before = topics.read(Requests.LOAD_TOPIC).size();
        JsonNode told = submissions.ended(0, replay("day"));
        assertThat(told.path("rows_published").asLong(-1)).isZero();
        assertThat(topics.read(Requests.LOAD_TOPIC)).hasSize(before);
    }

    private static String[] replay(String runId) {
        return new String[] {
            "replay", "--job", "load", "--start", "2026-03-02", "--end", "2026-03-03", "--run-id", runId
        };
    }

    /** The day by the new logic, everything else as it was. */
    private static Map<String, Long> expected() {
        Map<String, Long> expected = new TreeMap<>(requests.counted());
        expected.keySet().removeIf(ReplayIT::isInDay);
        requests.counted(NEW_LOGIC).forEach((key, count) -> {
            if (isInDay(key)) {
                expected.put(key, count);
            }
        });
        return expected;
    }

    private static boolean isInDay(String key) {
        Instant minute = Instant.parse(key.substring(key.indexOf('|') + 1));
        return !minute.isBefore(START) && minute.isBefore(END);
    }

    private static Map<String, Long> live() {
        return counts(Requests.LOAD_TOPIC);
    }

    /** The rows of a generation; none when there is no such topic yet. */
    private static Map<String, Long> generation(String runId) {
        return topics.exists(Requests.LOAD_TOPIC + "." + runId)
                ? counts(Requests.LOAD_TOPIC + "." + runId)
                : new TreeMap<>();
    }

    private static Map<String, Long> counts(String topic) {
        Map<String, Long> counts = new TreeMap<>();
        topics.table(topic).forEach((key, row) -> counts.put(key, (long) row.get("requests")));
        return counts;
    }
}
