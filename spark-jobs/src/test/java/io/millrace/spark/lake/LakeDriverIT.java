package io.millrace.spark.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spark.support.DriverProcess;
import io.millrace.spark.support.S3;
import io.millrace.spark.support.Servers;
import io.millrace.spark.support.SqlClient;
import io.millrace.spark.support.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver of the group lake as the stack runs it: a real broker, registry and S3, its own process. */
class LakeDriverIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** To S3, in the driver's pool. */
    private static final int CONNECTIONS = 30;

    private final SqlClient sql = new SqlClient();

    @TempDir
    Path folder;

    @Test
    void theLakeHasEveryRecordOnceThroughAKillAndAnswersQueries() throws Exception {
        try (Servers servers = Servers.start(folder.resolve("servers"));
                S3 s3 = S3.start(folder);
                Topology topology = new Topology(servers);
                DriverProcess driver = driver(servers, s3)) {
            topology.create();
            driver.start("--group", "lake");
            driver.awaitReady();

            refusesWhatItMustNotRun(driver);
            send(topology, 0, 500);
            topology.sendBytes("web.events", "poison", new byte[] {1, 2, 3});
            topology.flush();
            driver.await(PATIENCE, () -> sql.ask(driver, "select count(*) from web_events_raw", 0, 0)
                    .equals("500"));

            mirrorsATopicThatAppearsLater(driver, topology, servers);
            givesBackItsConnections(driver);

            send(topology, 500, 2000);
            topology.flush();
            driver.process().kill();
            send(topology, 2000, 2500);
            topology.flush();
            driver.start("--group", "lake");
            driver.await(PATIENCE, () -> sql.ask(driver, "select count(*) from web_events_raw", 0, 0)
                    .equals("2500"));
            assertThat(sql.ask(driver, "select count(distinct event_id) from web_events_raw", 0, 0))
                    .isEqualTo("2500");
            assertThat(sql.ask(driver, "select max(event_time) from web_events_raw", 0, 0))
                    .isEqualTo("2015-05-17T10:46:39Z");
        }
    }

    private void refusesWhatItMustNotRun(DriverProcess driver) {
        SqlClient.Answer insert = sql.post(driver, "insert into web_events_raw values (1)");
        assertThat(insert.status()).isEqualTo(400);
        assertThat(insert.body()).contains("read-only");
        SqlClient.Answer missing = sql.post(driver, "select * from nowhere");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.body()).contains("no table nowhere", "web_events_raw");
        assertThat(sql.post(driver, "select java_method('java.lang.System', 'exit', 1)")
                        .status())
                .isEqualTo(400);
        assertThat(sql.post(driver, "select * from parquet.`/etc`").status()).isEqualTo(400);
        assertThat(sql.post(driver, "select nothing from web_sessions").status())
                .isEqualTo(400);
        assertThat(sql.post(driver, "with s as (select 1.50 as n) select n from s")
                        .body())
                .contains("[[1.50]]");
    }

    private void mirrorsATopicThatAppearsLater(DriverProcess driver, Topology topology, Servers servers)
            throws Exception {
        String topic = "cdc.shop.public.coupons";
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
        Captured coupons = new Captured(
                schema -> topology.register(topic + "-" + schema.getName(), schema),
                topic,
                1,
                "code",
                "\"string\"",
                "amount",
                Captured.LONG);
        for (Row row : List.of(
                coupons.change(0, 10, "c", "spring", 5L),
                coupons.change(1, 11, "c", "autumn", 6L),
                coupons.change(2, 12, "u", "autumn", 7L),
                coupons.delete(3, 13, "spring"),
                coupons.tombstone(4, "spring"))) {
            topology.sendRaw(topic, row.getAs(0), row.getAs(1));
        }
        topology.flush();
        driver.await(PATIENCE, () -> sql.post(driver, "select code, amount from shop_coupons")
                .body()
                .contains("\"rows\":[[\"autumn\",7]]"));
        Row later = coupons.change(5, 14, "u", "autumn", 8L);
        topology.sendRaw(topic, later.getAs(0), later.getAs(1));
        topology.flush();
        driver.await(PATIENCE, () -> sql.ask(driver, "select amount from shop_coupons", 0, 0)
                .equals("8"));
    }

    /** Each of these queries merges log files, and the pool has far fewer connections than there are queries. */
    private void givesBackItsConnections(DriverProcess driver) {
        for (int query = 0; query < 3 * CONNECTIONS; query++) {
            assertThat(sql.post(driver, "select amount from shop_coupons").body())
                    .as("query %d", query)
                    .contains("[[8]]");
        }
    }

    private void send(Topology topology, int from, int to) {
        long start = Instant.parse("2015-05-17T10:05:00Z").toEpochMilli();
        for (int i = from; i < to; i++) {
            topology.send(topology.event("e-" + i, "site", "user-" + i % 7, start + i * 1000L, start, "/"));
        }
    }

    private DriverProcess driver(Servers servers, S3 s3) {
        Map<String, String> settings = new HashMap<>(s3.driverSettings());
        settings.put("trigger.lake", "1 s");
        settings.put("spark.hadoop.fs.s3a.connection.maximum", Integer.toString(CONNECTIONS));
        return new DriverProcess(folder.resolve("driver"), servers, settings);
    }
}
