package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spark.support.Checkpoint;
import io.millrace.spark.support.DriverProcess;
import io.millrace.spark.support.Servers;
import io.millrace.spark.support.ShopChanges;
import io.millrace.spark.support.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
 * batch that is executed again.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class JobsOracleIT {
    private static final Duration PATIENCE = Duration.ofSeconds(240);
    private static final Path FOLDER = Path.of("target", "it", "oracle").toAbsolutePath();
    private static final long SEED = Long.getLong("millrace.seed", System.nanoTime());
    private static final int EVENTS = Integer.getInteger("millrace.oracle.events", 1_500);
    private static final String JOBS =
            "enrich,top_pages,events_per_minute,shop_sales,data_quality,service_errors,card_velocity";

    private static Servers servers;
    private static Topology topics;
    private static DriverProcess driver;
    private static EventOracle events;
    private static ShopOracle shop;

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
        driver.start("--jobs", JOBS);
        driver.awaitReady();
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable each : new AutoCloseable[] {driver, topics, servers}) {
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
