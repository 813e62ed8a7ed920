package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.spark.support.AccessLog;
import io.millrace.spark.support.Checkpoint;
import io.millrace.spark.support.DriverProcess;
import io.millrace.spark.support.Servers;
import io.millrace.spark.support.ShopChanges;
import io.millrace.spark.support.Topology;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The driver of the group serving as its own process, between a real broker and a real schema registry. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServingJobsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final String JOBS = "serving";

    /** In the build folder, so that a failed run leaves its logs. */
    private static final Path FOLDER = Path.of("target", "it", "serving").toAbsolutePath();

    private static Servers servers;
    private static Topology topics;
    private static DriverProcess driver;
    private static ServingView view;

    @BeforeAll
    static void start() throws IOException {
        org.apache.commons.io.FileUtils.deleteDirectory(FOLDER.toFile());
        servers = Servers.start(FOLDER.resolve("servers"));
        topics = new Topology(servers);
        topics.create();
        view = new ServingView(topics);
        driver = new DriverProcess(FOLDER.resolve("driver"), servers, Map.of());
        driver.start("--group", JOBS);
        driver.awaitReady();
    }

    @AfterAll
    static void stop() {
        for (AutoCloseable each : new AutoCloseable[] {driver, topics, servers}) {
            try {
                each.close();
            } catch (Exception e) {
                // The next one has to end as well.
            }
        }
    }

    @Test
    @Order(1)
    void aPoisonRecordLandsInQuarantineAndStopsNothing() {
        send("poison", "a", "u", 0);
        topics.sendBytes("web.events", "u", "no avro at all".getBytes(StandardCharsets.UTF_8));
        topics.sendBytes("web.events", "u", new byte[] {0, 0, 0x7f, 0x7f, 0x7f, 1, 2, 3});
        topics.sendBytes("web.events", null, null);
        send("poison", "b", "u", 1);
        topics.flush();

        eventually(() -> view.requests("poison") == 2);
        eventually(() -> view.quarantined("decode").size() == 3);
        assertThat(view.quarantined("decode"))
                .extracting(record ->
                        ((GenericRecord) record.get("failure")).get("topic").toString())
                .containsOnly("web.events");
    }

    @Test
    @Order(2)
    void anEventThatIsSentAgainCountsOnce() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 50; i++) {
                send("again", "same-" + i, "u" + i % 5, i);
            }
            topics.flush();
            eventually(() -> view.requests("again") == 50);
        }
        send("again", "last", "u1", 99);
        topics.flush();
        eventually(() -> view.requests("again") == 51);
        assertThat(view.enriched("again")).hasSize(51).doesNotHaveDuplicates();
        // Told by the batches, those of the poison test too.
        eventually(() -> driver.metrics().contains("job_duplicate_rows_total{job=\"enrich\"} 100"));
        assertThat(driver.metrics()).contains("job_quarantined_rows_total{job=\"enrich\"} 3");
    }

    @Test
    @Order(3)
    void idsAreRememberedOnTheDiskAndWhatStaysSmallOnTheHeap() throws IOException {
        assertThat(settings("enrich")).contains("RocksDBStateStoreProvider");
        assertThat(settings("sessions")).contains("HDFSBackedStateStoreProvider");
    }

    /** What a query's checkpoint says of the settings it began with. */
    private static String settings(String job) throws IOException {
        return Files.readString(
                driver.checkpoints().resolve(job).resolve("offsets").resolve("0"));
    }

    @Test
    @Order(3)
    void anEventDated2099IsSetAsideAndSwallowsNothing() {
        long now = System.currentTimeMillis();
        topics.send(topics.event(
                "f1", "future", "u", Instant.parse("2099-01-01T00:00:00Z").toEpochMilli(), now, "/"));
        topics.send(topics.event("f2", "future", "u", now, now, "/"));
        topics.send(topics.event(
                "f3", "future", "u", Instant.parse("2015-05-17T10:05:03Z").toEpochMilli(), now, "/"));
        topics.flush();
        eventually(() -> view.requests("future") == 2);
        eventually(() -> view.quarantined("time").size() == 1);
        GenericRecord set = view.quarantined("time").get(0);
        assertThat(set.get("event_id")).hasToString("f1");
        assertThat(((GenericRecord) set.get("failure")).get("field")).hasToString("event_time");
        eventually(() -> view.sessions("future").size() == 2);
    }

    @Test
    @Order(4)
    void enrichmentKnowsPlaceDeviceAndTheNewestStateOfTheCustomer() {
        ShopChanges shop = new ShopChanges(topics);
        shop.customer(41, "Ada", "gold", "GB");
        shop.customer(42, "Bob", "basic", "DE");
        shop.customer(41, "Ada", "platinum", "GB");
        shop.deleteCustomer(42);
        topics.flush();
        send("customers", "c1", "41", 0);
        send("customers", "c2", "42", 1);
        topics.flush();
        eventually(() -> view.enriched("customers").size() == 2);
        Map<String, GenericRecord> byUser = topics.read("web.enriched").stream()
                .map(Topology.Read::value)
                .filter(event -> event.get("site").toString().equals("customers"))
                .collect(Collectors.toMap(event -> event.get("user_id").toString(), event -> event));
        assertThat(byUser.get("41").get("customer_segment")).hasToString("platinum");
        assertThat(byUser.get("41").get("customer_name")).hasToString("Ada");
        assertThat(byUser.get("42").get("customer_segment")).isNull();
        assertThat(byUser.get("41").get("country")).hasToString("US");
        assertThat(byUser.get("41").get("device")).hasToString("desktop");
        assertThat(byUser.get("41").get("browser")).hasToString("Chrome");
        assertThat(byUser.get("41").get("bot")).isEqualTo(false);
        assertThat(byUser.get("41").get("product_id")).isNull();
    }

    @Test
    @Order(4)
    void enrichmentKnowsRegionCityReferrerBotAndTheNewestStateOfTheProduct() {
        ShopChanges shop = new ShopChanges(topics);
        shop.product(17, "Oak lamp", "office");
        shop.product(17, "Oak lamp", "light");
        shop.product(18, "Cork mug", "kitchen");
        shop.deleteProduct(18);
        topics.flush();
        long now = System.currentTimeMillis();
        GenericRecord first = topics.event("p1", "places", "p1", now, now, "/product/17?color=red");
        first.put("address", "128.101.101.101");
        first.put("referrer", "https://www.google.com/search?q=lamp");
        GenericRecord second = topics.event("p2", "places", "p2", now, now, "/product/18");
        second.put("address", "10.0.0.1");
        second.put("user_agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)");
        topics.send(first);
        topics.send(second);
        topics.flush();
        eventually(() -> view.enriched("places").size() == 2);
        Map<String, GenericRecord> byUser = topics.read("web.enriched").stream()
                .map(Topology.Read::value)
                .filter(event -> event.get("site").toString().equals("places"))
                .collect(Collectors.toMap(event -> event.get("user_id").toString(), event -> event));
        assertThat(byUser.get("p1").get("country")).hasToString("US");
        assertThat(byUser.get("p1").get("region")).hasToString("MN");
        assertThat(byUser.get("p1").get("city")).hasToString("Minneapolis");
        assertThat(byUser.get("p1").get("referrer_class")).hasToString("search");
        assertThat(byUser.get("p1").get("bot")).isEqualTo(false);
        assertThat(byUser.get("p1").get("product_name")).hasToString("Oak lamp");
        assertThat(byUser.get("p1").get("product_category")).hasToString("light");
        assertThat(byUser.get("p2").get("country")).hasToString("ZZ");
        assertThat(byUser.get("p2").get("region")).isNull();
        assertThat(byUser.get("p2").get("city")).isNull();
        assertThat(byUser.get("p2").get("referrer_class")).hasToString("none");
        assertThat(byUser.get("p2").get("bot")).isEqualTo(true);
        assertThat(byUser.get("p2").get("device")).hasToString("bot");
        assertThat(byUser.get("p2").get("product_id")).hasToString("18");
        assertThat(byUser.get("p2").get("product_name")).isNull();
    }

    @Test
    @Order(5)
    void ordersFollowTheTable() {
        ShopChanges shop = new ShopChanges(topics);
        shop.order(7, 41, "new", "19.90");
        shop.order(8, 42, "new", "5.00");
        topics.sendBytes("cdc.shop.public.orders", "x", new byte[] {1, 2, 3});
        shop.order(7, 41, "paid", "29.90");
        shop.deleteOrder(8);
        topics.flush();
        eventually(() -> topics.read("serving.orders").stream()
                .anyMatch(each -> each.key().equals("8") && each.value() == null));
        Map<String, GenericRecord> orders = topics.table("serving.orders");
        assertThat(orders).containsOnlyKeys("7");
        assertThat(orders.get("7").get("status")).hasToString("paid");
        assertThat(orders.get("7").get("total")).isEqualTo(29.9);
    }

    @Test
    @Order(6)
    void sessionsOfEventsInAnyOrderEqualTheOracles() {
        Random random = new Random(5);
        long gap = Duration.ofMinutes(30).toMillis();
        long start = Instant.parse("2020-01-01T00:00:00Z").toEpochMilli();
        Map<String, List<Long>> times = new TreeMap<>();
        List<GenericRecord> events = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            String user = "s" + random.nextInt(40);
            long time = start + random.nextInt((int) Duration.ofHours(20).toMillis());
            times.computeIfAbsent(user, absent -> new ArrayList<>()).add(time);
            events.add(topics.event("s-" + i, "oracle", user, time, System.currentTimeMillis(), "/" + i));
        }
        // In slices, so that later batches extend and join what earlier ones have shown.
        for (int slice = 0; slice < 4; slice++) {
            events.subList(slice * 500, slice * 500 + 500).forEach(topics::send);
            topics.flush();
            int sent = slice * 500 + 500;
            eventually(() -> view.requests("oracle") == sent);
        }
        Set<String> expected = new HashSet<>();
        times.forEach((user, all) -> {
            Collections.sort(all);
            int from = 0;
            for (int i = 1; i <= all.size(); i++) {
                if (i == all.size() || all.get(i) - all.get(i - 1) >= gap) {
                    expected.add(user + " " + all.get(from) + " " + all.get(i - 1) + " " + (i - from));
                    from = i;
                }
            }
        });
        eventually(() -> view.shape(view.sessions("oracle")).equals(expected));
        assertThat(view.sessions("oracle")).hasSize(expected.size());
        Map<String, Long> open = view.sessions("oracle").stream()
                .filter(session -> !(boolean) session.get("closed"))
                .collect(Collectors.groupingBy(session -> session.get("user_id").toString(), Collectors.counting()));
        assertThat(open.values())
                .as("one open session per user")
                .containsOnly(1L)
                .hasSize(times.size());
    }

    @Test
    @Order(7)
    void aRealLogAddsUp() throws IOException {
        assumeTrue(Files.exists(AccessLog.REAL), () -> AccessLog.REAL + " is not here, so this was not checked");
        long now = System.currentTimeMillis();
        List<String> lines = Files.readAllLines(AccessLog.REAL);
        Set<String> users = new HashSet<>();
        for (int i = 0; i < lines.size(); i++) {
            AccessLog line = AccessLog.parse(lines.get(i)).orElseThrow();
            users.add(line.address());
            GenericRecord event =
                    topics.event("log-" + i, "log", line.address(), line.time().toEpochMilli(), now, line.page());
            event.put("address", line.address());
            event.put("user_agent", line.userAgent());
            topics.send(event);
        }
        topics.flush();
        eventually(() -> view.requests("log") == 10_000
                && view.views("log") == 10_000
                && view.sessions("log").size() == 3_052);
        assertThat(view.users(view.sessions("log"))).hasSize(1_753).isEqualTo(users);
    }

    @Test
    @Order(8)
    void killedAndStartedAgainItCountsEverythingOnce() {
        int total = 6_000;
        for (int i = 0; i < total; i++) {
            send("killed", "k-" + i, "u" + i % 100, i);
            if (i == 2_000) {
                topics.flush();
                // In the midst of its work: something has come through, the rest has not.
                eventually(() -> !view.enriched("killed").isEmpty());
            }
        }
        driver.process().kill();
        topics.flush();
        driver.start("--group", JOBS);
        eventually(() ->
                view.requests("killed") == total && view.views("killed") == total && view.events("killed") == total);
        assertThat(view.enriched("killed")).hasSize(total).doesNotHaveDuplicates();
        view.assertOrderKept("killed");
    }

    @Test
    @Order(9)
    void aBatchThatIsExecutedAgainChangesNothing() {
        send("replayed", "r-0", "u", 0);
        for (int i = 1; i < 500; i++) {
            send("replayed", "r-" + i, "u" + i % 50, i);
        }
        topics.flush();
        eventually(() ->
                view.requests("replayed") == 500 && view.views("replayed") == 500 && view.events("replayed") == 500);
        assertThat(driver.process().terminate()).as("ended by SIGTERM").isEqualTo(143);
        Map<String, Integer> before = new HashMap<>();
        for (String job : List.of("enrich", "requests_per_minute", "page_views", "sessions")) {
            new Checkpoint(driver.checkpoints().resolve(job)).forgetNewestCommit();
        }
        for (String topic :
                List.of("web.enriched", "serving.requests_per_minute", "serving.page_views", "serving.sessions")) {
            before.put(topic, topics.read(topic).size());
        }
        driver.start("--group", JOBS);
        driver.awaitReady();
        // All four have executed their batch again, and what comes after it works.
        send("replayed", "r-500", "u", 500);
        topics.flush();
        eventually(() ->
                view.requests("replayed") == 501 && view.views("replayed") == 501 && view.events("replayed") == 501);

        assertThat(topics.read("web.enriched")).hasSize(before.get("web.enriched") + 1);
        assertThat(view.enriched("replayed")).hasSize(501).doesNotHaveDuplicates();
        // Absolute values with the same times: byte for byte what the first execution wrote.
        List<Topology.Read> rows = topics.read("serving.requests_per_minute");
        Map<String, byte[]> newest = new HashMap<>();
        int repeated = 0;
        for (Topology.Read row : rows) {
            byte[] last = newest.put(row.key(), row.bytes());
            if (last != null && java.util.Arrays.equals(last, row.bytes())) {
                repeated++;
            }
        }
        assertThat(repeated).as("rows that the second execution wrote again").isPositive();
        assertThat(lateRows()).isZero();
    }

    @Test
    @Order(10)
    void idsAreForgottenAfterTheTimeToLive() {
        driver.process().terminate();
        DriverProcess shortLived = new DriverProcess(
                FOLDER.resolve("short-lived"), servers, Map.of("state.ttl", "6s", "starting.offsets", "latest"));
        try (shortLived) {
            shortLived.start("--jobs", "enrich");
            shortLived.awaitReady();
            send("forgetful", "f-1", "u", 0);
            topics.flush();
            shortLived.await(PATIENCE, () -> view.enriched("forgetful").size() == 1);
            Instant remembered = Instant.now();
            // Each batch moves time on; the id has to pass again once 6 seconds have gone by.
            shortLived.await(PATIENCE, () -> {
                send("forgetful", "f-1", "u", 0);
                topics.flush();
                return view.enriched("forgetful").size() > 1;
            });
            assertThat(Duration.between(remembered, Instant.now())).isGreaterThan(Duration.ofSeconds(4));
            assertThat(stateRows(shortLived)).isEqualTo(1);
            assertThat(shortLived.health().at("/jobs/0/late_rows").asLong(-1)).isZero();
        }
    }

    @Test
    @Order(11)
    void aFailureIsToldInOneSentenceAndWorthAnotherTry() throws IOException {
        DriverProcess lost =
                new DriverProcess(FOLDER.resolve("lost"), servers, Map.of("registry.url", "http://127.0.0.1:1/none"));
        try (lost) {
            lost.start("--jobs", "orders");
            assertThat(lost.process().waitFor()).isEqualTo(75);
            assertThat(Files.readString(lost.log()))
                    .contains(
                            "job orders could not start: cannot reach the schema registry at http://127.0.0.1:1/none");
        }
        DriverProcess wrong = new DriverProcess(FOLDER.resolve("wrong"), servers, Map.of("kafka.botstrap", "x"));
        try (wrong) {
            wrong.start("--group", JOBS);
            assertThat(wrong.process().waitFor()).isEqualTo(2);
            assertThat(Files.readString(wrong.log())).contains("did you mean kafka.bootstrap.servers?");
        }
    }

    private static void send(String site, String id, String user, int second) {
        long now = System.currentTimeMillis();
        topics.send(topics.event(id, site, user, now - 100_000 + second, now, "/" + user));
    }

    private static void eventually(BooleanSupplier condition) {
        driver.await(PATIENCE, condition);
    }

    private static long lateRows() {
        long late = 0;
        for (JsonNode job : driver.health().path("jobs")) {
            late += job.path("late_rows").asLong();
        }
        return late;
    }

    private static long stateRows(DriverProcess process) {
        return process.health().at("/jobs/0/state_rows").asLong();
    }
}
