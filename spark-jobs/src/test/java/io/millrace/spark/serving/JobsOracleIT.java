package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Catalogue;
import io.millrace.spark.support.Checkpoint;
import io.millrace.spark.support.ContractsCopy;
import io.millrace.spark.support.DriverProcess;
import io.millrace.spark.support.Requests;
import io.millrace.spark.support.Servers;
import io.millrace.spark.support.ShopChanges;
import io.millrace.spark.support.Submissions;
import io.millrace.spark.support.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The jobs over payments, requests, readings and the shop's tables, between a real broker and a real registry, compared
 * with computing the same from all events at once: out of order, late, twice, skewed, from clocks that run ahead, written
 * with two versions of a schema, with partitions that get nothing. Then again after a kill within a batch, and after a
 * batch that is executed again. At last bounded runs over the same records, and a replay, compared with what the streams served.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class JobsOracleIT {
    private static final Duration PATIENCE = Duration.ofSeconds(240);
    private static final Path FOLDER = Path.of("target", "it", "oracle").toAbsolutePath();
    private static final long SEED = Long.getLong("millrace.seed", System.nanoTime());
    private static final int EVENTS = Integer.getInteger("millrace.oracle.events", 1_500);
    private static final String UPDATED = "updated_at";
    /** What depends on the batches in which a stream's changes came. */
    private static final String[] TIMES = {UPDATED, "newest_event_time", "oldest_received_at", "newest_received_at"};

    /** Of a row that does not belong into what is replayed. */
    private static final String BEHIND = "none|2026-03-01T14:00:00Z";

    private static final String JOBS =
            "enrich,top_pages,events_per_minute,shop_sales,data_quality,service_errors,card_velocity";

    private static Servers servers;
    private static Topology topics;
    private static DriverProcess driver;
    private static EventOracle events;
    private static ShopOracle shop;
    private static Submissions submissions;

    @BeforeAll
    static void start() throws IOException {
        System.out.println("random events of the seed " + SEED);
        org.apache.commons.io.FileUtils.deleteDirectory(FOLDER.toFile());
        servers = Servers.start(FOLDER.resolve("servers"));
        topics = new Topology(servers);
        topics.create();
        driver = new DriverProcess(
                FOLDER.resolve("driver"),
                servers,
                Map.of(
                        "jobs.path", Path.of("jobs").toAbsolutePath().toString(),
                        "trigger.reports", "500 ms",
                        // So that the events of one test are several batches.
                        "batch.max.records", "700"));
        events = new EventOracle(topics, new Random(SEED), System.currentTimeMillis());
        shop = new ShopOracle(new Random(SEED + 1), tables(new ShopChanges(topics)));
        ContractsCopy contracts = new ContractsCopy(FOLDER.resolve("contracts"));
        // A kind of which nothing has come, so that it has no topic yet.
        contracts.addKind("odd.events", Requests.SCHEMA, "event: {id: request_id, time: at}");
        submissions = new Submissions(FOLDER.resolve("bounded"), servers, contracts);
        driver.start("--jobs", JOBS);
        driver.awaitReady();
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable each : new AutoCloseable[] {submissions, driver, topics, servers}) {
            each.close();
        }
    }

    @Test
    @Order(1)
    void whatIsServedIsWhatTheOracleComputes() {
        send(EVENTS);
        agree();
        assertThat(events.anomalies()).as("anomalies in what was sent").isPositive();
        assertThat(events.flagged()).as("flagged cards in what was sent").isPositive();
    }

    @Test
    @Order(2)
    void itIsTheSameAfterAKillWithinABatch() {
        int before = topics.read("serving.service_errors").size();
        send(EVENTS);
        // In the midst of its work: something of it has come through, the rest has not.
        driver.await(PATIENCE, () -> topics.read("serving.service_errors").size() > before);
        driver.process().kill();
        send(EVENTS / 2);
        driver.start("--jobs", JOBS);
        agree();
    }

    @Test
    @Order(3)
    void aBatchThatIsExecutedAgainChangesNothing() throws IOException {
        assertThat(driver.process().terminate()).as("ended by SIGTERM").isEqualTo(143);
        for (String job : new String[] {"top_pages", "events_per_minute", "shop_sales", "data_quality"}) {
            new Checkpoint(driver.checkpoints().resolve(job)).forgetNewestCommit();
        }
        for (String job : new String[] {"service_errors", "card_velocity"}) {
            new Checkpoint(generation(job)).forgetNewestCommit();
        }
        driver.start("--jobs", JOBS);
        send(EVENTS / 5);
        agree();
    }

    @Test
    @Order(4)
    void aBoundedRunOfEventsPerMinuteGivesTheRowsOfTheStreamAndTheSameWhenRepeated() {
        OddEvents odd = new OddEvents(topics, new Random(SEED + 2), System.currentTimeMillis());
        long before = counted();
        odd.first();
        driver.await(PATIENCE, () -> counted() == before + odd.counted());
        odd.same();
        odd.readingsOfHours();
        odd.requestsOfOtherHours();
        driver.await(PATIENCE, () -> counted() == before + odd.counted());
        Map<String, String> counts = live(Topics.EVENTS_PER_MINUTE, UPDATED);
        Map<String, String> anomalies = live(SensorAnomalies.TOPIC, UPDATED);
        long quarantined = topics.read(Topics.EVENTS_QUARANTINE).size();

        WrittenRows newCounts = new WrittenRows(topics, Topics.EVENTS_PER_MINUTE);
        WrittenRows newAnomalies = new WrittenRows(topics, SensorAnomalies.TOPIC);
        JsonNode told = batch("events_per_minute");
        assertThat(WrittenRows.texts(newCounts.table(), UPDATED)).isEqualTo(counts);
        assertThat(WrittenRows.texts(newAnomalies.table(), UPDATED)).isEqualTo(anomalies);
        assertThat(told.path("rows_out").asLong()).isEqualTo(counts.size() + anomalies.size());
        assertThat(told.path("rows_quarantined").asLong()).isEqualTo(quarantined);
        assertThat(told.path("rows_in").asLong() - told.path("rows_duplicate").asLong())
                .isEqualTo(before + odd.counted() + quarantined);
        assertThat(topics.read(Topics.EVENTS_QUARANTINE))
                .as("it only counts them")
                .hasSize((int) quarantined);

        WrittenRows repeatedCounts = new WrittenRows(topics, Topics.EVENTS_PER_MINUTE);
        WrittenRows repeatedAnomalies = new WrittenRows(topics, SensorAnomalies.TOPIC);
        Map<String, String> firstCounts = newCounts.bytes();
        Map<String, String> firstAnomalies = newAnomalies.bytes();
        batch("events_per_minute");
        assertThat(repeatedCounts.bytes()).isEqualTo(firstCounts);
        assertThat(repeatedAnomalies.bytes()).isEqualTo(firstAnomalies);
    }

    @Test
    @Order(5)
    void aBoundedRunOfDataQualityGivesTheHoursOfTheStream() {
        long hour = 3_600_000;
        long began = Math.floorDiv(System.currentTimeMillis(), hour) * hour;
        long records = Catalogue.bundled().keptKinds().stream()
                .mapToLong(kind -> topics.size(kind.name()))
                .sum();
        // A stream says nothing of hours before the last day.
        driver.await(PATIENCE, () -> sum(QualityRows.TOPIC, "records") == records - OddEvents.THE_DAY_BEFORE);
        // What the newest hours say moves with the clock.
        Predicate<GenericRecord> over = row ->
                (long) row.get("window_start") >= began - 22 * hour && (long) row.get("window_start") < began - hour;
        Predicate<GenericRecord> recent =
                row -> (long) row.get("window_start") >= began - hour && (long) row.get("records") > 0;
        Map<String, GenericRecord> live = topics.table(QualityRows.TOPIC);

        WrittenRows written = new WrittenRows(topics, QualityRows.TOPIC);
        JsonNode told = batch("data_quality");
        Map<String, GenericRecord> rows = written.table();
        assertThat(WrittenRows.texts(only(rows, over), UPDATED))
                .isEqualTo(WrittenRows.texts(only(live, over), UPDATED))
                .isNotEmpty();
        assertThat(WrittenRows.texts(only(rows, recent), UPDATED, "complete", "volume", "violations"))
                .isEqualTo(WrittenRows.texts(only(live, recent), UPDATED, "complete", "volume", "violations"))
                .isNotEmpty();
        assertThat(rows.values())
                .as("an hour that is judged by one of the day before")
                .anySatisfy(row -> {
                    assertThat(row.get("records")).isEqualTo((long) OddEvents.LONG_AGO);
                    assertThat(row.get("expected")).isEqualTo((double) OddEvents.THE_DAY_BEFORE);
                    assertThat(row.get("volume")).hasToString("spike");
                });
        assertThat(told.path("rows_in").asLong()).isEqualTo(records);
        assertThat(told.path("rows_out").asLong()).isEqualTo(rows.size());
    }

    @Test
    @Order(6)
    void aBoundedRunOfShopSalesGivesTheRowsOfTheStream() {
        Map<String, String> minutes = live(ShopSales.ORDERS_TOPIC, TIMES);
        Map<String, String> revenue = live(ShopSales.REVENUE_TOPIC, TIMES);
        WrittenRows newMinutes = new WrittenRows(topics, ShopSales.ORDERS_TOPIC);
        WrittenRows newRevenue = new WrittenRows(topics, ShopSales.REVENUE_TOPIC);
        JsonNode told = batch("shop_sales");
        assertThat(WrittenRows.texts(newMinutes.table(), TIMES)).isEqualTo(minutes);
        assertThat(WrittenRows.texts(newRevenue.table(), TIMES)).isEqualTo(revenue);
        assertThat(told.path("rows_out").asLong()).isEqualTo(minutes.size() + revenue.size());
    }

    @Test
    @Order(7)
    void aReplayOfShopSalesPutsBothTopicsRightInItsRangeOnly() {
        Map<String, String> minutes = live(ShopSales.ORDERS_TOPIC, TIMES);
        Map<String, String> revenue = live(ShopSales.REVENUE_TOPIC, TIMES);
        // Wrong rows where there are some and where there are none, in the range and outside of it.
        spoil(ShopSales.ORDERS_TOPIC, anyOf(minutes, "2026-03-01T13:"), "2026-03-01T13:59:00Z");
        spoil(ShopSales.REVENUE_TOPIC, anyOf(revenue, "2026-03-01T13:"), "none|2026-03-01T13:00:00Z", BEHIND);
        topics.flush();
        Map<String, String> outside = live(ShopSales.REVENUE_TOPIC, TIMES);
        outside.keySet().removeIf(key -> !key.equals(BEHIND));

        JsonNode told = submissions.ended(
                0,
                "replay",
                "--job",
                "shop_sales",
                "--start",
                "2026-03-01T13:00:00Z",
                "--end",
                "2026-03-01T14:00:00Z",
                "--run-id",
                "mend");
        assertThat(live(ShopSales.ORDERS_TOPIC, TIMES)).isEqualTo(minutes);
        revenue.putAll(outside);
        assertThat(outside).as("what is not in the range stays").hasSize(1);
        assertThat(live(ShopSales.REVENUE_TOPIC, TIMES)).isEqualTo(revenue);
        assertThat(told.path("generation").asText())
                .isEqualTo("serving.orders_per_minute.mend,serving.revenue_by_category.mend");
        assertThat(told.path("rows_gone").asLong()).isEqualTo(2);
        assertThat(told.path("rows_published").asLong())
                .isEqualTo(topics.read(ShopSales.ORDERS_TOPIC + ".mend").size()
                        + topics.read(ShopSales.REVENUE_TOPIC + ".mend").size());
    }

    private static JsonNode batch(String job) {
        return submissions.ended(0, "run", "--job", job, "--mode", "batch", "--run-id", "whole");
    }

    private static String anyOf(Map<String, String> rows, String time) {
        return rows.keySet().stream()
                .filter(key -> key.contains(time))
                .findAny()
                .orElseThrow();
    }

    /** Puts rows of other numbers into a topic. @param keys which end with the beginning of their window */
    private static void spoil(String topic, String... keys) {
        GenericRecord row = topics.table(topic).values().stream().findAny().orElseThrow();
        for (String key : keys) {
            Instant window = Instant.parse(key.substring(key.lastIndexOf('|') + 1));
            GenericRecord wrong = new GenericData.Record((GenericData.Record) row, true);
            wrong.put("window_start", window.toEpochMilli());
            wrong.put(topic.equals(ShopSales.ORDERS_TOPIC) ? "orders" : "units", 4_711L);
            topics.send(topic, key, wrong);
        }
    }

    /** How many events the stream has counted. */
    private static long counted() {
        return sum(Topics.EVENTS_PER_MINUTE, "events");
    }

    private static long sum(String topic, String field) {
        return topics.table(topic).values().stream()
                .mapToLong(row -> (long) row.get(field))
                .sum();
    }

    private static Map<String, String> live(String topic, String... but) {
        return WrittenRows.texts(topics.table(topic), but);
    }

    private static Map<String, GenericRecord> only(Map<String, GenericRecord> rows, Predicate<GenericRecord> which) {
        Map<String, GenericRecord> some = new TreeMap<>(rows);
        some.values().removeIf(which.negate());
        return some;
    }

    private static Path generation(String job) throws IOException {
        try (Stream<Path> generations = Files.list(driver.checkpoints().resolve(job))) {
            return generations.findAny().orElseThrow();
        }
    }

    private static void send(int count) {
        events.send(count);
        for (int i = 0; i < count / 5; i++) {
            shop.change();
        }
        topics.flush();
    }

    private static void agree() {
        agree("service_errors", events::serviceErrors, () -> ServedText.serviceErrors(topics));
        agree("card_velocity", events::cardVelocity, () -> ServedText.cardVelocity(topics));
        agree("sensor_anomalies", events::sensorAnomalies, () -> ServedText.sensorAnomalies(topics));
        agree("events_per_minute", events::eventsPerMinute, () -> ServedText.eventsPerMinute(topics));
        agree("data_quality", events::quality, () -> ServedText.quality(topics));
        agree("top_pages", events::topPages, () -> ServedText.topPages(topics));
        agree("orders_per_minute", shop::minutes, () -> ServedText.ordersPerMinute(topics));
        agree("revenue_by_category", shop::revenue, () -> ServedText.revenue(topics));
    }

    private static void agree(String job, Supplier<Map<String, String>> oracle, Supplier<Map<String, String>> served) {
        Map<String, String> expected = new TreeMap<>(oracle.get());
        assertThat(expected).as(job + " has something to say").isNotEmpty();
        try {
            driver.await(PATIENCE, () -> served.get().equals(expected));
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            // Says where they differ.
            assertThat(served.get()).as(job).isEqualTo(expected);
        }
    }

    private static ShopOracle.Tables tables(ShopChanges changes) {
        return new ShopOracle.Tables() {
            @Override
            public void order(long id, String status, String total, String createdAt) {
                changes.order(id, 1, status, total, createdAt);
            }

            @Override
            public void deleteOrder(long id) {
                changes.deleteOrder(id);
            }

            @Override
            public void item(long order, int line, long product, int quantity, String price) {
                changes.item(order, line, product, quantity, price);
            }

            @Override
            public void deleteItem(long order, int line) {
                changes.deleteItem(order, line);
            }

            @Override
            public void product(long id, String category) {
                changes.product(id, "p" + id, category);
            }

            @Override
            public void deleteProduct(long id) {
                changes.deleteProduct(id);
            }
        };
    }
}
