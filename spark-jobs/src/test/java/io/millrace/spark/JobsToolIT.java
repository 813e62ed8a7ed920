package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spark.support.ContractsCopy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people are told about declared jobs, by Spark itself. */
class JobsToolIT {
    private static final String REQUEST = "{\"type\":\"record\",\"name\":\"Request\",\"fields\":["
            + "{\"name\":\"id\",\"type\":\"string\"},"
            + "{\"name\":\"at\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}},"
            + "{\"name\":\"service\",\"type\":\"string\"}]}";
    private static final String LOAD = "{\"type\":\"record\",\"name\":\"Load\",\"fields\":["
            + "{\"name\":\"service\",\"type\":\"string\"},"
            + "{\"name\":\"window_start\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}},"
            + "{\"name\":\"requests\",\"type\":\"int\"}]}";
    private static final String YAML =
            """
            description: Requests per service and minute.
            owner: test
            source: {topic: ops.requests, watermark: 10m}
            sink: {topic: serving.load}
            """;
    private static final String QUERY =
            "SELECT service, window.start AS window_start, cast(count(*) AS int) AS requests FROM events"
                    + " GROUP BY service, window(at, '1 minute')";

    @TempDir
    private Path folder;

    private ContractsCopy contracts;

    @BeforeEach
    void contracts() {
        contracts = new ContractsCopy(folder.resolve("contracts"));
        contracts.addKind("ops.requests", REQUEST, "event: {id: id, time: at}");
        contracts.addServing("serving.load", LOAD, "service|window_start");
    }

    @Test
    void whatMillraceShipsIsSound() {
        Path shipped = Path.of("jobs");
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int code = JobsTool.run(
                new String[] {"check", "--jobs", shipped.toString(), "--contracts", "../schemas/contracts"},
                new PrintStream(said, true),
                System.err);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("sound.");
        assertThat(code).isZero();
    }

    @Test
    void aSoundJobIsExplained() {
        job(YAML, QUERY);
        assertThat(run(0, "explain", "load"))
                .contains("reads ops.requests as the view events")
                .contains("service", "kafka_timestamp")
                .contains("no later than 10m")
                .contains("writes serving.load, key service|window_start");
        assertThat(run(0, "check")).isEqualTo("1 job is sound.\n");
    }

    @Test
    void builtInJobsAreListedAndExplainedToo() {
        job(YAML, QUERY);
        assertThat(run(0, "list").lines())
                .anySatisfy(line -> assertThat(line).matches("load +ops.requests +serving.load +10m .*"))
                .anySatisfy(line -> assertThat(line).matches("sessions +web.enriched +serving.sessions +- +built in"))
                .anySatisfy(line -> assertThat(line).matches("lake_sessions +serving.sessions +- +- +built in"));
        assertThat(run(0, "explain", "shop_sales"))
                .contains("reads cdc.shop.public.order_items, cdc.shop.public.orders, cdc.shop.public.products")
                .contains("writes serving.revenue_by_category, key ")
                .contains("revenue");
    }

    @Test
    void everyMistakeIsToldWithWhatToDo() {
        told(QUERY.replace("requests", "reqests"), "did you mean requests?", "does not give requests");
        told(QUERY.replace("cast(count(*) AS int)", "count(*)"), "requests as bigint", "has it as int; cast it");
        told(
                QUERY.replace(", window(at, '1 minute')", "").replace("window.start", "max(at)"),
                "window(at, '1 minute')");
        told(QUERY.replace("service,", "servise,"), "servise");
        told(QUERY.replace("events", "orders"), "query.sql reads orders; the only table is events");
        told("DROP TABLE events", "only a SELECT is allowed");
        told("SELEC service FROM events", "cannot be parsed");
        told(QUERY + " ORDER BY service", "cannot run on a stream");
    }

    @Test
    void aWrongSpecificationIsToldWithFileAndLine() {
        job(YAML.replace("sink:", "snk:"), QUERY);
        assertThat(run(1, "check")).contains("job.yaml:4: snk is not a known key; did you mean sink?");
        job(YAML.replace("ops.requests", "ops.request"), QUERY);
        assertThat(run(1, "check")).contains("no contract for topic ops.request; did you mean ops.requests?");
        job(YAML.replace("watermark: 10m", "watermark: 10m, time: att"), QUERY);
        assertThat(run(1, "check")).contains("source.time is att").contains("did you mean at?");
        job(YAML.replace(", watermark: 10m", ""), QUERY);
        assertThat(run(1, "check")).contains("job.yaml:3: source.watermark is missing");
    }

    private void told(String query, String... sentences) {
        job(YAML, query);
        assertThat(run(1, "check")).contains(sentences).contains("1 of 1 jobs cannot run.");
    }

    private void job(String yaml, String query) {
        Path job = folder.resolve("jobs").resolve("load");
        try {
            Files.createDirectories(job);
            Files.writeString(job.resolve("job.yaml"), yaml);
            Files.writeString(job.resolve("query.sql"), query);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String run(int code, String... command) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        String[] all = new String[command.length + 4];
        System.arraycopy(command, 0, all, 0, command.length);
        all[command.length] = "--jobs";
        all[command.length + 1] = folder.resolve("jobs").toString();
        all[command.length + 2] = "--contracts";
        all[command.length + 3] = contracts.folder().toString();
        int got = JobsTool.run(all, out, out);
        String text = said.toString(StandardCharsets.UTF_8);
        assertThat(got).as(text).isEqualTo(code);
        return text;
    }
}
