package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.spark.support.Airflow;
import io.millrace.spark.support.ContractsCopy;
import io.millrace.spark.support.Requests;
import io.millrace.spark.support.Servers;
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
import java.util.stream.Stream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The DAGs of {@code compose/airflow} in a real Airflow, which submits the delivered jar to a real Spark between a real
 * broker and registry. Skipped, saying why, where Airflow cannot be installed.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@EnabledIfSystemProperty(
        named = "millrace.airflow",
        matches = "true",
        disabledReason = "installs Airflow and takes minutes; -Dmillrace.airflow=true runs it")
class AirflowIT {
    private static final Path FOLDER = Path.of("target", "it", "airflow").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofMinutes(8);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SCHEDULES =
            """
            defaults: {retries: 10, retry_delay: 2s, timeout: 10m}
            checks: {lake: {}, data_quality: {}, reconciliation: {}, cdc_orphans: {}, dashboards: {schedule: ""}}
            """;

    private static Airflow airflow;
    private static Servers servers;
    private static Topology topics;
    private static Requests requests;
    private static Submissions submissions;
    private static Path starts;

    @BeforeAll
    static void start() throws IOException {
        FileUtils.deleteDirectory(FOLDER.toFile());
        try {
            airflow = Airflow.in(FOLDER.resolve("home"));
        } catch (Airflow.Missing missing) {
            abort("the DAGs are not run: " + missing.getMessage());
        }
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
        // From noon of 1 March on, over more than three days.
        requests = new Requests(topics, System.nanoTime(), Duration.ofMinutes(6).toMillis());
        requests.send(800);
        Path job = Files.createDirectories(FOLDER.resolve("jobs").resolve("load"));
        Files.writeString(job.resolve("job.yaml"), Requests.JOB);
        Files.writeString(job.resolve("query.sql"), Requests.QUERY);
        submissions = new Submissions(FOLDER, servers, contracts);
        starts = FOLDER.resolve("starts");
        airflow.path(submissions.spark().script(starts))
                .with("AIRFLOW_CONN_SPARK_DEFAULT", "{\"conn_type\": \"spark\", \"host\": \"local[2]\"}")
                .with("MILLRACE_JOBS", FOLDER.resolve("jobs"))
                .with("MILLRACE_SCHEDULES", Files.writeString(FOLDER.resolve("schedules.yaml"), SCHEDULES))
                .with("MILLRACE_DRIVER_CONFIG", submissions.config());
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable each : new AutoCloseable[] {submissions, topics, servers}) {
            if (each != null) {
                each.close();
            }
        }
    }

    @Test
    @Order(1)
    void theDagsAreReadByAirflowAndPassTheirOwnTests() {
        for (List<String> check : List.of(
                List.of("python", "-m", "unittest", "discover", "-s", "tests", "-t", "."),
                List.of("ruff", "check", "--no-cache", "."),
                List.of("ruff", "format", "--no-cache", "--check", "."))) {
            Airflow.Ended ended = airflow.run(
                    PATIENCE, check.get(0), check.subList(1, check.size()).toArray(String[]::new));
            assertThat(ended.code()).as(ended.output()).isZero();
        }
    }

    @Test
    @Order(2)
    void aBoundedRunGivesTheRowsOfItsInterval() throws IOException {
        Airflow.Ended first = dag(0, "millrace_load", "2026-03-03");
        List<Topology.Read> rows = topics.read(Requests.LOAD_TOPIC);
        assertThat(counts(rows)).as(first.output()).isEqualTo(expected("2026-03-02", "2026-03-03"));

        JsonNode told = JSON.readTree(
                airflow.metadata("select value from xcom where dag_id = 'millrace_load' and key = 'return_value'")
                        .path(0)
                        .path(0)
                        .asText());
        JsonNode summary = told.isTextual() ? JSON.readTree(told.asText()) : told;
        assertThat(summary.path("status").asText()).isEqualTo("done");
        assertThat(summary.path("rows_out").asInt()).isEqualTo(rows.size());
        JsonNode event = JSON.readTree(airflow.metadata("select extra from asset_event")
                .path(0)
                .path(0)
                .asText());
        assertThat(event.path("offsets")).isEqualTo(summary.path("offsets"));
        assertThat(event.at("/offsets/ops.requests")).as("the offset vector").isNotEmpty();
    }

    @Test
    @Order(3)
    void repeatedAndKilledItIsTriedAgainAndWritesTheSameRows() throws Exception {
        List<Topology.Read> rows = topics.read(Requests.LOAD_TOPIC);
        int before = started().size();
        Path output = FOLDER.resolve("killed.log");
        int plans = plans();
        Process attempt = airflow.begin(output, "airflow", "dags", "test", "millrace_load", "2026-03-03");
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> plans() > plans || !attempt.isAlive());
        kill(before);
        assertThat(attempt.waitFor(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS))
                .isTrue();
        assertThat(attempt.exitValue()).as(Files.readString(output)).isZero();
        assertThat(Files.readString(output)).contains("the driver was killed");
        assertThat(started().size()).as("tried again").isGreaterThan(before + 1);

        List<Topology.Read> again = topics.read(Requests.LOAD_TOPIC).stream()
                .filter(row -> !has(rows, row))
                .toList();
        assertThat(counts(again)).as("the same rows, all of them").isEqualTo(counts(rows));
        assertThat(served()).isEqualTo(expected("2026-03-02", "2026-03-03"));
    }

    @Test
    @Order(4)
    void aBackfillOfThreeDaysPutsTheRowsOfEachDayInPlace() {
        int before = started().size();
        dag(
                0,
                "millrace_backfill",
                "--conf",
                "{\"job\": \"load\", \"start\": \"2026-03-02\", \"end\": \"2026-03-05\"}");
        assertThat(started()).as("one replay per day").hasSize(before + 3);
        assertThat(started().subList(before, before + 3)).allMatch(line -> line.contains(" replay "));
        assertThat(served()).isEqualTo(expected("2026-03-02", "2026-03-05"));
    }

    @Test
    @Order(5)
    void aFailedQualityGateFailsTheTaskWithoutAnotherTry() {
        GenericRecord odd = new GenericData.Record(topics.schema(Requests.TOPIC));
        odd.put("request_id", "odd");
        odd.put("at", Requests.NOON.toEpochMilli());
        odd.put("service", "z");
        topics.send(Requests.TOPIC, "odd", odd);
        topics.flush();
        int before = started().size();
        Airflow.Ended ended = dag(1, "millrace_load", "2026-03-02");
        assertThat(started()).as("tried once").hasSize(before + 1);
        assertThat(ended.output()).contains("service not allowed in 1 of ").contains("(exit code 4)");
        assertThat(airflow.metadata("select state from dag_run where dag_id = 'millrace_load'"
                                + " and logical_date like '2026-03-02%'")
                        .path(0)
                        .path(0)
                        .asText())
                .isEqualTo("failed");
    }

    private static Airflow.Ended dag(int code, String... arguments) {
        List<String> command = new ArrayList<>(List.of("dags", "test"));
        command.addAll(List.of(arguments));
        Airflow.Ended ended = airflow.run(PATIENCE, "airflow", command.toArray(String[]::new));
        assertThat(ended.code()).as(ended.output()).isEqualTo(code);
        return ended;
    }

    /** How many runs have decided what they read: it is then that they begin to write. */
    private static int plans() throws IOException {
        Path runs = submissions.checkpoints().resolve(".runs/load");
        if (!Files.exists(runs)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(runs)) {
            return (int) files.filter(file -> file.getFileName().toString().endsWith(".ops.requests.json"))
                    .count();
        }
    }

    private static void kill(int which) throws IOException {
        String line = started().get(which);
        ProcessHandle.of(Long.parseLong(line.substring(0, line.indexOf(' '))))
                .orElseThrow()
                .destroyForcibly();
    }

    private static List<String> started() {
        try {
            return Files.exists(starts) ? Files.readAllLines(starts) : List.of();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** What was counted by hand, of the minutes in a range of days. */
    private static Map<String, Long> expected(String start, String end) {
        Map<String, Long> expected = new TreeMap<>(requests.counted());
        Instant first = Instant.parse(start + "T00:00:00Z");
        Instant last = Instant.parse(end + "T00:00:00Z");
        expected.keySet().removeIf(key -> {
            Instant minute = Instant.parse(key.substring(key.indexOf('|') + 1));
            return minute.isBefore(first) || !minute.isBefore(last);
        });
        assertThat(expected).isNotEmpty();
        return expected;
    }

    private static Map<String, Long> served() {
        return counts(topics.read(Requests.LOAD_TOPIC));
    }

    private static Map<String, Long> counts(List<Topology.Read> rows) {
        Map<String, Long> counts = new TreeMap<>();
        rows.forEach(row -> counts.put(row.key(), (long) row.value().get("requests")));
        return counts;
    }

    private static boolean has(List<Topology.Read> rows, Topology.Read row) {
        return rows.stream().anyMatch(each -> each.partition() == row.partition() && each.offset() == row.offset());
    }
}
