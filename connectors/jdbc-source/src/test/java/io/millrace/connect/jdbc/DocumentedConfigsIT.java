package io.millrace.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.testing.Built;
import io.millrace.testing.ConnectWorker;
import io.millrace.testing.KafkaServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plugin directory in a real worker, with configurations as kafka-connect-jdbc's public documentation shows them. */
class DocumentedConfigsIT {
    private static final Duration SOON = Duration.ofSeconds(120);
    private static final JsonMapper JSON = new JsonMapper();
    private static final String OLD_CLASS = "io.confluent.connect.jdbc.JdbcSourceConnector";

    @TempDir
    static Path folder;

    private static TestPostgres postgres;
    private static KafkaServer kafka;
    private static ConnectWorker worker;

    @BeforeAll
    static void start() throws Exception {
        postgres = new TestPostgres();
        postgres.run(
                "CREATE TABLE depots (code text PRIMARY KEY, town text NOT NULL)",
                "CREATE TABLE parcels (id serial PRIMARY KEY, label text NOT NULL, depot text NOT NULL,"
                        + " weight numeric(6,2) NOT NULL DEFAULT 1.5, created_at timestamp NOT NULL DEFAULT"
                        + " '2024-05-01 10:00:00', changed_at timestamp NOT NULL DEFAULT '2024-05-02 10:00:00')",
                "INSERT INTO depots VALUES ('L', 'Leipzig'), ('P', 'Prague')",
                "INSERT INTO parcels (label, depot) SELECT 'parcel ' || i, CASE i % 2 WHEN 0 THEN 'L' ELSE 'P' END"
                        + " FROM generate_series(1, 250) i");
        kafka = KafkaServer.start(folder);
        kafka.createTopic("documented-parcels", 1);
        worker = ConnectWorker.start(
                folder,
                kafka,
                ConnectWorker.Options.plugins(Built.plugin("jdbc-source"))
                        .with(Map.of("exactly.once.source.support", "enabled")));
    }

    @AfterAll
    static void stop() throws Exception {
        worker.close();
        kafka.close();
        postgres.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sqlite-quickstart",
                "postgres-timestamp",
                "postgres-both-columns",
                "postgres-bulk-with-key",
                "postgres-query",
                "postgres-wrapped-query",
                "postgres-regular-expressions"
            })
    void aDocumentedConfigurationIsValidAndRunsUnchangedButForTheClass(String name) throws Exception {
        int before = kafka.read("documented-parcels").size();
        worker.run(name, config(name));
        await().atMost(SOON).until(() -> kafka.read("documented-parcels").size() >= before + 250);
        worker.delete(name);
        Set<Long> ids = new TreeSet<>();
        for (var record : kafka.read("documented-parcels").subList(before, before + 250)) {
            ids.add(JSON.readTree(record.value()).get("id").asLong());
        }
        assertThat(ids).hasSize(250);
        assertThat(kafka.read("documented-parcels")).hasSize(before + 250);
    }

    @Test
    void tablesThatComeAndAWorkerThatIsKilledLeaveEachRowInItsTopicOnce() throws Exception {
        for (String topic : List.of("eo-first", "eo-second")) {
            kafka.createTopic(topic, 1);
        }
        postgres.run("CREATE TABLE first (id bigserial PRIMARY KEY, note text)");
        Map<String, String> config = new LinkedHashMap<>(Map.of(
                "connector.class", JdbcSourceConnector.class.getName(),
                "tasks.max", "2",
                "connection.url", postgres.url(),
                "connection.user", "postgres",
                "table.whitelist", "first,second",
                "mode", "incrementing",
                "topic.prefix", "eo-",
                "poll.interval.ms", "50",
                "table.poll.interval.ms", "500",
                "exactly.once.support", "required"));
        worker.run("eo", config);
        postgres.run("INSERT INTO first (note) SELECT 'n' || i FROM generate_series(1, 3000) i");
        postgres.run("CREATE TABLE second (id bigserial PRIMARY KEY, note text)");
        postgres.run("INSERT INTO second (note) SELECT 'n' || i FROM generate_series(1, 3000) i");
        await().atMost(SOON).until(() -> kafka.read("eo-first").size() > 200);
        worker.process().kill();
        postgres.run("INSERT INTO first (note) SELECT 'm' || i FROM generate_series(1, 1000) i");
        worker.start();
        awaitOnce("eo-first", 4000);
        awaitOnce("eo-second", 3000);

        // The database goes away and comes back; the tasks stay.
        postgres.stop();
        Thread.sleep(2_000);
        assertThat(worker.taskStates("eo")).containsOnly("RUNNING");
        postgres.start();
        postgres.run("INSERT INTO second (note) VALUES ('after')");
        awaitOnce("eo-second", 3001);

        // Offsets are readable and can be set back.
        worker.settled("PUT", "/connectors/eo/stop", "");
        await().atMost(SOON).until(() -> worker.taskStates("eo").isEmpty());
        String offsets = worker.request("GET", "/connectors/eo/offsets", "").body();
        assertThat(offsets).contains("\"table\":\"public.second\"").contains("\"incrementing\":3");
        String partition = "{\"offsets\":[{\"partition\":{\"protocol\":\"1\",\"table\":\"public.second\"},\"offset\":";
        assertThat(worker.settled("PATCH", "/connectors/eo/offsets", partition + "{\"incrementing\":\"x\"}}]}")
                        .statusCode())
                .isGreaterThanOrEqualTo(400);
        assertThat(worker.settled("PATCH", "/connectors/eo/offsets", partition + "{\"incrementing\":2991}}]}")
                        .statusCode())
                .isEqualTo(200);
        worker.settled("PUT", "/connectors/eo/resume", "");
        await().atMost(SOON).until(() -> kafka.read("eo-second").size() == 3011);
        worker.delete("eo");
        postgres.run("DROP TABLE first, second");
    }

    private static void awaitOnce(String topic, int rows) {
        await().atMost(SOON).until(() -> kafka.read(topic).size() >= rows);
        Set<String> values = new TreeSet<>();
        kafka.read(topic).forEach(record -> values.add(record.value()));
        assertThat(values).hasSize(rows);
        assertThat(kafka.read(topic)).hasSize(rows);
    }

    private static Map<String, String> config(String name) throws Exception {
        Path database = folder.resolve("quickstart.db");
        if (!Files.exists(database)) {
            try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                    var statement = connection.createStatement()) {
                statement.execute("CREATE TABLE parcels (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, label TEXT)");
                statement.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)"
                        + " INSERT INTO parcels (label) SELECT 'parcel ' || i FROM n");
            }
        }
        String text = Files.readString(Path.of("src/test/resources/documented/" + name + ".json"))
                .replace("FILE", database.toString())
                .replace("POSTGRES", postgres.url());
        Map<String, String> config = JSON.readValue(text, new TypeReference<>() {});
        assertThat(config.put("connector.class", JdbcSourceConnector.class.getName()))
                .isEqualTo(OLD_CLASS);
        return config;
    }
}
