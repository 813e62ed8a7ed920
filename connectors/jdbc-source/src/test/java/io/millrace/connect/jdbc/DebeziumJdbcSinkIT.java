package io.millrace.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.testing.Built;
import io.millrace.testing.ConnectWorker;
import io.millrace.testing.KafkaServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** Debezium's JDBC sink with the example as it stands, between a real Kafka and a real PostgreSQL. */
class DebeziumJdbcSinkIT {
    private static final Duration SOON = Duration.ofSeconds(120);
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TIME = "{\"type\":\"int64\",\"name\":\"org.apache.kafka.connect.data.Timestamp\","
            + "\"version\":1,\"optional\":false,\"field\":\"";
    private static final Instant CREATED = Instant.parse("2026-03-29T01:30:00.250Z");

    private final Path folder =
            Path.of("target", "it", "jdbc-sink-" + System.nanoTime()).toAbsolutePath();

    @Test
    void servingRowsArriveInPostgresAreChangedAndAreDeleted() throws Exception {
        unpackSink();
        try (TestPostgres postgres = new TestPostgres();
                KafkaServer kafka = KafkaServer.start(folder)) {
            postgres.run(
                    "CREATE ROLE reporting LOGIN PASSWORD 'of-the-test'", "CREATE DATABASE reporting OWNER reporting");
            kafka.createTopic("serving.orders", 2, Map.of("cleanup.policy", "compact"));
            String url = postgres.url().replace("/postgres", "/reporting");
            int port = URI.create(url.substring("jdbc:".length())).getPort();
            try (ConnectWorker worker = ConnectWorker.start(
                            folder,
                            kafka,
                            ConnectWorker.Options.plugins(folder.resolve("plugins"))
                                    .with(Map.of(
                                            "value.converter.schemas.enable",
                                            "true",
                                            "config.providers",
                                            "env",
                                            "config.providers.env.class",
                                            "org.apache.kafka.common.config.provider.EnvVarConfigProvider"))
                                    .withEnvironment(Map.of(
                                            "MILLRACE_POSTGRES_PORT",
                                            String.valueOf(port),
                                            "MILLRACE_REPORTING_PASSWORD",
                                            "of-the-test")));
                    KafkaProducer<String, String> jobs = new KafkaProducer<>(
                            Map.of("bootstrap.servers", kafka.bootstrap()),
                            new StringSerializer(),
                            new StringSerializer())) {
                JsonNode example = JSON.readTree(Built.checkout()
                        .resolve("connect-configs/examples/orders-to-postgres.json")
                        .toFile());
                worker.run(
                        example.get("name").asText(),
                        JSON.convertValue(example.get("config"), new TypeReference<Map<String, String>>() {}));

                for (String order : new String[] {"1", "2", "3"}) {
                    send(jobs, order, order(order, "new", 12.5));
                }
                send(jobs, "2", order("2", "shipped", 13.75));
                awaitRows(url, Map.of("1", "new 12.5", "2", "shipped 13.75", "3", "new 12.5"));

                // A tombstone deletes; what is deleted twice, or was never there, stays away.
                send(jobs, "1", null);
                send(jobs, "1", null);
                send(jobs, "4", null);
                send(jobs, "3", order("3", "cancelled", 0));
                awaitRows(url, Map.of("2", "shipped 13.75", "3", "cancelled 0"));

                worker.process().kill();
                send(jobs, "1", order("1", "paid", 1.25));
                send(jobs, "2", null);
                worker.start();
                awaitRows(url, Map.of("1", "paid 1.25", "3", "cancelled 0"));
            }
        }
    }

    private static void send(KafkaProducer<String, String> jobs, String order, String value) throws Exception {
        jobs.send(new ProducerRecord<>("serving.orders", order, value)).get();
    }

    /** As the job writes it, with the types of the contract. */
    private static String order(String id, String status, double total) {
        return """
                {"schema": {"type": "struct", "name": "io.millrace.events.Order", "optional": false, "fields": [
                   {"type": "string", "optional": false, "field": "order_id"},
                   {"type": "string", "optional": false, "field": "customer_id"},
                   {"type": "string", "optional": false, "field": "status"},
                   {"type": "double", "optional": false, "field": "total"},
                   %1$screated_at"}, %1$supdated_at"}, %1$snewest_event_time"},
                   %1$soldest_received_at"}, %1$snewest_received_at"}]},
                 "payload": {"order_id": "%2$s", "customer_id": "c1", "status": "%3$s", "total": %4$s,
                   "created_at": %5$d, "updated_at": %5$d, "newest_event_time": %5$d, "oldest_received_at": %5$d,
                   "newest_received_at": %5$d}}"""
                .formatted(TIME, id, status, total, CREATED.toEpochMilli());
    }

    private static void awaitRows(String url, Map<String, String> expected) {
        // Until the first row there is no table.
        await().atMost(SOON)
                .ignoreExceptionsInstanceOf(java.sql.SQLException.class)
                .untilAsserted(() -> assertThat(rows(url)).isEqualTo(expected));
    }

    private static Map<String, String> rows(String url) throws Exception {
        Map<String, String> rows = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(url, "postgres", "");
                ResultSet row = connection
                        .createStatement()
                        .executeQuery("SELECT order_key, order_id, status || ' ' || total::numeric, created_at,"
                                + " pg_typeof(created_at)::text FROM orders")) {
            while (row.next()) {
                assertThat(row.getString(2)).isEqualTo(row.getString(1));
                assertThat(row.getTimestamp(4, java.util.Calendar.getInstance(java.util.TimeZone.getTimeZone("UTC")))
                                .toInstant())
                        .isEqualTo(CREATED);
                rows.put(row.getString(1), row.getString(3));
            }
        }
        return rows;
    }

    private void unpackSink() throws IOException {
        try (InputStream in = Files.newInputStream(Built.archive("debezium-jdbc.tar.gz"));
                TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = folder.resolve("plugins").resolve(entry.getName());
                Files.createDirectories(entry.isDirectory() ? target : target.getParent());
                if (!entry.isDirectory()) {
                    Files.copy(tar, target);
                }
            }
        }
    }
}
