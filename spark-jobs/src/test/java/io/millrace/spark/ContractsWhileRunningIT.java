package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.spark.support.Checkpoint;
import io.millrace.spark.support.ContractsCopy;
import io.millrace.spark.support.DriverProcess;
import io.millrace.spark.support.S3;
import io.millrace.spark.support.Servers;
import io.millrace.spark.support.SqlClient;
import io.millrace.spark.support.Topology;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** One driver with jobs of both groups, between a real broker, registry and S3, while its folder of contracts changes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ContractsWhileRunningIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String JOBS =
            "enrich,sessions,events_per_minute,lake_raw,lake_enriched,lake_sessions,lake_events";
    private static final Path FOLDER = Path.of("target", "it", "contracts").toAbsolutePath();
    private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final String TIME = "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}";
    private static final String RETURNS = "{\"type\":\"record\",\"name\":\"Return\",\"namespace\":\"test\",\"fields\":["
            + "{\"name\":\"return_id\",\"type\":\"string\"},"
            + "{\"name\":\"returned_at\",\"type\":" + TIME + "},"
            + "{\"name\":\"taken_at\",\"type\":" + TIME + "},"
            + "{\"name\":\"reason\",\"type\":{\"type\":\"enum\",\"name\":\"Reason\",\"symbols\":[\"BROKEN\",\"LATE\"]}}]}";

    private static Servers servers;
    private static S3 s3;
    private static ContractsCopy contracts;
    private static Topology topics;
    private static DriverProcess driver;
    private static final SqlClient sql = new SqlClient();

    @BeforeAll
    static void start() throws IOException {
        org.apache.commons.io.FileUtils.deleteDirectory(FOLDER.toFile());
        servers = Servers.start(FOLDER.resolve("servers"));
        s3 = S3.start(FOLDER);
        contracts = new ContractsCopy(FOLDER.resolve("contracts"));
        contracts.removeKinds();
        topics = new Topology(servers, contracts.catalogue());
        topics.create();
        Map<String, String> settings = new HashMap<>(s3.driverSettings());
        settings.put("contracts.path", contracts.folder().toString());
        settings.put("trigger.lake", "1 s");
        settings.put(
                "checkpoint.path",
                FOLDER.resolve("driver").resolve("checkpoints").toString());
        driver = new DriverProcess(FOLDER.resolve("driver"), servers, settings);
        driver.start("--jobs", JOBS);
        driver.awaitReady();
    }

    @AfterAll
    static void stop() {
        for (AutoCloseable each : new AutoCloseable[] {driver, topics, s3, servers}) {
            try {
                each.close();
            } catch (Exception e) {
                // The next one has to end as well.
            }
        }
    }

    @Test
    @Order(1)
    void aKindOfEventsIsCountedAndKeptOnceItsContractIsThere() {
        assertThat(job("events_per_minute").path("state").asText()).isEqualTo("idle");
        assertThat(job("lake_events").path("state").asText()).isEqualTo("idle");

        contracts.addKind(
                "shop.returns",
                RETURNS,
                "event: {id: return_id, time: returned_at, received: taken_at}",
                "late_data: {future: 1h, allowed: 2h, policy: quarantine}");
        topics.create(List.of(contracts.catalogue().require("shop.returns")));
        for (int i = 0; i < 90; i++) {
            topics.send("shop.returns", "k" + i, returned("r-" + i % 60, NOON + i % 60 * 1_000, NOON + 90_000));
        }
        topics.send("shop.returns", "late", returned("late", NOON - 3 * 3_600_000, NOON));
        topics.send("shop.returns", "early", returned("early", NOON + 2 * 3_600_000, NOON));
        topics.sendBytes("shop.returns", "poison", "no avro".getBytes(StandardCharsets.UTF_8));
        topics.flush();

        eventually(() -> counted("shop.returns") == 60);
        eventually(() -> quarantined().equals(List.of("decode||", "time|early|", "time|late|")));
        eventually(() -> lake("select count(*), count(distinct return_id), max(event_day) from shop_returns_raw")
                .equals(List.of("92|62|2026-03-01")));
        eventually(() -> lake("select count(*), count(distinct kind) from events_quarantined")
                .equals(List.of("3|1")));
        GenericRecord row = topics.table("serving.events_per_minute").get("shop.returns|2026-03-01T12:00:00Z");
        assertThat(row.get("events")).isEqualTo(60L);
        assertThat(row.get("newest_event_time")).isEqualTo(NOON + 59_000);
        assertThat(row.get("oldest_received_at")).isEqualTo(NOON + 90_000);
        assertThat(job("events_per_minute").path("quarantined").asInt()).isEqualTo(3);
        assertThat(job("enrich").has("restarts")).isFalse();
    }

    @Test
    @Order(2)
    void asKafkaConnectWritesIt() {
        // An enum as a string and times in milliseconds, under a name of its own.
        Schema written = new Schema.Parser()
                .parse(RETURNS.replaceFirst("\\{\"type\":\"enum\".*?]}", "\"string\"")
                        .replace("timestamp-micros", "timestamp-millis")
                        .replace("\"name\":\"Return\"", "\"name\":\"ConnectDefault\""));
        // The registry has the contract's subject under compatibility rules of its own; converters write another one.
        int id = topics.register("from-connect-value", written);
        GenericRecord event = new GenericRecordBuilder(written)
                .set("return_id", "connect")
                .set("returned_at", NOON + 60_000)
                .set("taken_at", NOON + 61_000)
                .set("reason", "LATE")
                .build();
        topics.sendBytes("shop.returns", "k", Topology.wire(id, event));
        topics.flush();

        eventually(() -> counted("shop.returns") == 61);
        eventually(() -> lake("select reason, returned_at, event_day from shop_returns_raw where return_id = 'connect'")
                .equals(List.of("LATE|2026-03-01T12:01:00Z|2026-03-01")));
        assertThat(quarantined()).hasSize(3);
    }

    @Test
    @Order(3)
    void anOptionalFieldFlowsThroughFromItsFirstRecordOnBesideRecordsThatLackIt() {
        topics.send(topics.event("old", "evolve", "u1", NOON, NOON, "/"));
        topics.flush();
        eventually(() -> lake("select event_id from web_events_enriched").equals(List.of("old")));
        int restarts = job("events_per_minute").path("restarts").asInt();

        String campaign = "{\"name\":\"campaign\",\"type\":[\"null\",\"string\"],\"default\":null}";
        contracts.addField("web.events", "site", campaign);
        contracts.addField("web.enriched", "site", campaign);
        contracts.addField("serving.sessions", "site", campaign);
        contracts.addField("shop.returns", "reason", campaign);
        // At once, as a collector takes the field before any job can have started again.
        GenericRecord event = new GenericRecordBuilder(contracts.schema("web.events"))
                .set("event_id", "new")
                .set("event_time", NOON + 1)
                .set("received_at", NOON + 1)
                .set("site", "evolve")
                .set("user_id", "u2")
                .set("page", "/")
                .set("campaign", "spring")
                .build();
        topics.send("web.events", "u2", event);
        topics.send(topics.event("old-2", "evolve", "u1", NOON + 2, NOON + 2, "/"));
        GenericRecord returned = new GenericRecordBuilder(contracts.schema("shop.returns"))
                .set("return_id", "new")
                .set("returned_at", NOON * 1_000)
                .set("taken_at", NOON * 1_000)
                .set("campaign", "spring")
                .set("reason", symbol("BROKEN"))
                .build();
        topics.send("shop.returns", "k", returned);
        topics.flush();

        for (String job : List.of("enrich", "sessions", "lake_raw", "lake_enriched", "lake_sessions", "lake_events")) {
            eventually(() -> job(job).path("restarts").asInt() > 0
                    && job(job).path("state").asText().equals("running"));
        }
        assertThat(job("enrich").path("restarted_for").asText()).contains("web.enriched changed");

        List<String> all = List.of("new|spring", "old|null", "old-2|null");
        for (String table : List.of("web_events_raw", "web_events_enriched")) {
            eventually(() -> lake("select event_id, campaign from " + table + " order by 1")
                    .equals(all));
        }
        eventually(() -> lake("select campaign, count(*) from shop_returns_raw group by 1 order by 1")
                .equals(List.of("null|93", "spring|1")));
        eventually(() -> lake("select count(*), sum(events), count(campaign) from web_sessions")
                .equals(List.of("2|3|0")));
        eventually(() -> counted("shop.returns") == 62);
        assertThat(job("events_per_minute").path("restarts").asInt()).isEqualTo(restarts + 1);
    }

    @Test
    @Order(4)
    void aFolderThatCannotBeReadChangesNothingAndIsTold() throws IOException {
        Path file = contracts.folder().resolve("shop.returns").resolve("contract.yaml");
        String good = Files.readString(file);
        contracts.write(file, good.replace("owner:", "ownr:"));
        eventually(() -> driver.health().path("contracts_problem").asText().contains("ownr"));
        topics.send("shop.returns", "k", returned("while-broken", NOON, NOON));
        topics.flush();
        eventually(() -> counted("shop.returns") == 63);

        contracts.write(file, good);
        eventually(() -> !driver.health().has("contracts_problem"));
        assertThat(driver.health().path("ready").asBoolean()).isTrue();
    }

    @Test
    @Order(5)
    void whatTheRegistryRefusesLeavesTheJobAsItWas() throws IOException {
        Path file = contracts.folder().resolve("serving.events_per_minute").resolve("value.avsc");
        String good = Files.readString(file);
        contracts.write(file, good.replaceFirst("\"long\"", "\"boolean\""));
        eventually(() -> job("events_per_minute").has("contract_problem"));
        eventually(() -> job("events_per_minute").path("state").asText().equals("running"));
        topics.send("shop.returns", "k", returned("while-refused", NOON, NOON));
        topics.flush();
        eventually(() -> counted("shop.returns") == 64);

        contracts.write(file, good);
        eventually(() -> !job("events_per_minute").has("contract_problem"));
    }

    @Test
    @Order(6)
    void aBatchThatIsExecutedAgainCountsAndSetsAsideNothingTwice() {
        topics.send("shop.returns", "k", returned("last", NOON, NOON));
        topics.send("shop.returns", "k", returned("too-early", NOON + 2 * 3_600_000, NOON));
        topics.flush();
        eventually(() -> counted("shop.returns") == 65 && quarantined().size() == 4);
        assertThat(driver.process().terminate()).isEqualTo(143);
        new Checkpoint(driver.checkpoints().resolve("events_per_minute")).forgetNewestCommit();
        new Checkpoint(driver.checkpoints().resolve("lake_events")).forgetNewestCommit();
        int rows = topics.read("serving.events_per_minute").size();
        driver.start("--jobs", JOBS);
        driver.awaitReady();

        topics.send("shop.returns", "k", returned("last", NOON, NOON));
        topics.send("shop.returns", "k", returned("one-more", NOON, NOON));
        topics.flush();
        eventually(() -> counted("shop.returns") == 66);
        assertThat(quarantined()).hasSize(4);
        assertThat(topics.read("serving.events_per_minute")).hasSize(rows + 1);
        eventually(() -> lake("select count(*), count(distinct kafka_partition, kafka_offset) from shop_returns_raw")
                .equals(List.of("100|100")));
        eventually(() -> lake("select count(*) from events_quarantined").equals(List.of("4")));
    }

    private static GenericRecord returned(String id, long time, long received) {
        return new GenericRecordBuilder(new Schema.Parser().parse(RETURNS))
                .set("return_id", id)
                .set("returned_at", time * 1_000)
                .set("taken_at", received * 1_000)
                .set("reason", symbol("BROKEN"))
                .build();
    }

    private static Object symbol(String name) {
        Schema schema = new Schema.Parser().parse(RETURNS).getField("reason").schema();
        return new org.apache.avro.generic.GenericData.EnumSymbol(schema, name);
    }

    private static long counted(String kind) {
        return topics.table("serving.events_per_minute").values().stream()
                .filter(row -> row.get("kind").toString().equals(kind))
                .mapToLong(row -> (long) row.get("events"))
                .sum();
    }

    private static List<String> quarantined() {
        return topics.read("quarantine.events").stream()
                .map(Topology.Read::value)
                .map(record -> ((GenericRecord) record.get("failure")).get("stage") + "|"
                        + (record.get("event_id") == null ? "" : record.get("event_id")) + "|")
                .sorted()
                .toList();
    }

    private static List<String> lake(String query) {
        return sql.rows(driver, query);
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
