package io.millrace.connect.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.Built;
import io.millrace.testing.ConnectWorker;
import io.millrace.testing.KafkaServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The plugin directory in a worker of its own, before an Elasticsearch and before an OpenSearch. */
class WorkerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("elasticsearch.down.seconds", 5));
    private static final String CONNECTOR = "to-es";

    @RegisterExtension
    static final RunningElasticsearch RUNNING = new RunningElasticsearch();

    @TempDir
    static Path folder;

    private static KafkaServer kafka;
    private static ConnectWorker worker;
    private static ElasticsearchServer openSearch;

    @BeforeAll
    static void start() throws Exception {
        kafka = KafkaServer.start(folder);
        kafka.createTopic("dlq", 1);
        worker = ConnectWorker.start(
                folder,
                kafka,
                ConnectWorker.Options.plugins(Built.plugin("elasticsearch-sink"))
                        .with(Map.of("consumer.session.timeout.ms", "6000", "consumer.heartbeat.interval.ms", "2000")));
        openSearch = ElasticsearchServer.startOpenSearch(folder.resolve("opensearch"));
    }

    @AfterAll
    static void stop() throws Exception {
        worker.close();
        kafka.close();
        openSearch.close();
    }

    @AfterEach
    void removeTheConnector() throws Exception {
        worker.delete(CONNECTOR);
    }

    @Test
    void ofTenThousandRecordsThoseThatFitAreInElasticsearchAndTheOthersInTheDeadLetterQueue() throws Exception {
        onePercentDoesNotFit("fit-elasticsearch", RUNNING.server());
    }

    @Test
    void andThoseThatFitAreInOpenSearch() throws Exception {
        onePercentDoesNotFit("fit-opensearch", openSearch);
    }

    private static void onePercentDoesNotFit(String name, ElasticsearchServer server) throws Exception {
        try (Topic topic = new Topic(kafka, name)) {
            for (int i = 0; i < 10_000; i++) {
                topic.append("k" + i, "{\"n\": " + (i % 100 == 99 ? "\"many\"" : i) + "}");
            }
            topic.flush();
            worker.run(CONNECTOR, config(topic, server.url(), Map.of()));
            awaitCommitted(topic, 10_000);
            assertThat(count(server, name)).isEqualTo(9_900);
            List<ConsumerRecord<String, String>> dead = kafka.read("dlq").stream()
                    .filter(record -> header(record, "topic").equals(name))
                    .toList();
            assertThat(dead).hasSize(100).allMatch(record -> record.value().contains("many"));
            assertThat(dead).allSatisfy(record -> assertThat(header(record, "exception.message"))
                    .contains("mapper_parsing_exception|document_parsing_exception"
                            .split("\\|")[server == openSearch ? 0 : 1]));
            assertThat(worker.taskStates(CONNECTOR)).containsExactly("RUNNING");
        }
    }

    @Test
    void theReadmesConfigurationWorksAsItStands() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        String block = readme.substring(readme.indexOf("    {\"name\""), readme.indexOf("}}") + 2);
        try (Topic topic = new Topic(kafka, "serving.orders")) {
            String body =
                    block.replace("http://127.0.0.1:9200", RUNNING.server().url());
            assertThat(worker.settled("POST", "/connectors", body).statusCode()).isEqualTo(201);
            topic.append("4711", "{\"status\": \"paid\"}");
            topic.append(null, "{\"status\": \"paid\"}");
            topic.flush();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(RUNNING.server().get("/serving.orders/_doc/4711"))
                            .containsEntry("_source", Map.of("status", "paid")));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                            Json.path(RUNNING.server().get("/millrace-ledger/_search?q=topic:serving.orders"), "hits")
                                    .toString())
                    .contains("orders-to-es", "count=2"));
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> kafka.read("dlq.elasticsearch-sink").size() == 1);
        } finally {
            worker.delete("orders-to-es");
        }
    }

    @Test
    void threeDaysAreThreeIndicesAndAKillOfTheWorkerLosesAndRepeatsNothing() throws Exception {
        long midnight = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();
        try (Topic topic = new Topic(kafka, "days")) {
            send(topic, midnight, 0, 3_000);
            worker.run(
                    CONNECTOR,
                    config(
                            topic,
                            RUNNING.server().url(),
                            Map.of("index.name", "days-${timestamp:yyyy.MM.dd}", "id.from", "coordinates")));
            await().atMost(PATIENCE).until(() -> committed(topic) > 0);
            send(topic, midnight, 3_000, 6_000);
            worker.process().kill();
            send(topic, midnight, 6_000, 9_000);
            worker.start();
            awaitCommitted(topic, 9_000);
            Map<String, Long> byDay = new TreeMap<>();
            for (int day = 1; day <= 3; day++) {
                byDay.put("days-2026.03.0" + day, count(RUNNING.server(), "days-2026.03.0" + day));
            }
            assertThat(byDay)
                    .isEqualTo(Map.of("days-2026.03.01", 3_000L, "days-2026.03.02", 3_000L, "days-2026.03.03", 3_000L));
            assertThat(count(RUNNING.server(), "days-*")).isEqualTo(9_000);
            assertThat(ledger(topic)).containsEntry("count", 9_000L).containsEntry("offset", 8_999L);
        }
    }

    /** Records whose times go through three days again and again. */
    private static void send(Topic topic, long midnight, int from, int to) {
        for (int i = from; i < to; i++) {
            topic.append(null, "{\"n\": " + i + "}", midnight + i % 3 * 86_400_000L + i);
        }
        topic.flush();
    }

    @Test
    void anOutageOfTheServerIsWaitedForByATaskThatStaysUp() throws Exception {
        FaultProxy proxy = new FaultProxy(RUNNING.server().url());
        try (Topic topic = new Topic(kafka, "outage")) {
            for (int i = 0; i < 500; i++) {
                topic.append("k" + i, "{\"n\": " + i + "}");
            }
            topic.flush();
            worker.run(CONNECTOR, config(topic, proxy.url(), Map.of("retry.backoff.max.ms", "500")));
            awaitCommitted(topic, 500);
            proxy.down(true);
            for (int i = 0; i < 2_000; i++) {
                topic.append("k" + i, i % 10 == 9 ? null : "{\"n\": " + (i + 1) + "}");
            }
            topic.flush();
            // It has to stay up all the time, so this is as long as the outage.
            await().during(OUTAGE)
                    .atMost(OUTAGE.plus(PATIENCE))
                    .until(() -> worker.taskStates(CONNECTOR).equals(List.of("RUNNING")) && committed(topic) == 500);
            proxy.down(false);
            awaitCommitted(topic, 2_500);
            assertThat(count(RUNNING.server(), "outage")).isEqualTo(1_800);
            assertThat(RUNNING.server().get("/outage/_doc/k8")).containsEntry("_source", Map.of("n", 9L));
            assertThat(ledger(topic)).containsEntry("count", 2_500L);
        } finally {
            proxy.close();
        }
    }

    @Test
    void aServerThatIsKilledWhileItIsWrittenToEndsWithWhatTheRecordsSay() throws Exception {
        long seed = Long.getLong("history.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Map<String, Map<String, Object>> expected = new HashMap<>();
        try (Topic topic = new Topic(kafka, "killed")) {
            worker.run(
                    CONNECTOR,
                    config(
                            topic,
                            RUNNING.server().url(),
                            Map.of("retry.backoff.max.ms", "500", "bulk.max.records", "100")));
            send(topic, random, 0, 5_000, expected);
            await().atMost(PATIENCE)
                    .until(() ->
                            RUNNING.server().get("/killed/_count").get("count") instanceof Long written && written > 0);
            RUNNING.server().kill();
            send(topic, random, 5_000, 10_000, expected);
            RUNNING.server().restart();
            send(topic, random, 10_000, 12_000, expected);
            awaitCommitted(topic, 12_000);
            assertThat(documents("killed")).isEqualTo(expected);
            assertThat(ledger(topic)).containsEntry("count", 12_000L).containsEntry("offset", 11_999L);
            assertThat(worker.taskStates(CONNECTOR)).containsExactly("RUNNING");
        }
    }

    private static void send(Topic topic, Random random, int from, int to, Map<String, Map<String, Object>> expected) {
        for (int i = from; i < to; i++) {
            String key = "k" + random.nextInt(2_000);
            if (random.nextInt(5) == 0) {
                topic.append(key, null);
                expected.remove(key);
            } else {
                topic.append(key, "{\"n\": " + i + "}");
                expected.put(key, Map.of("n", (long) i));
            }
        }
        topic.flush();
    }

    private static Map<String, Map<String, Object>> documents(String index) {
        RUNNING.server().send("POST", "/" + index + "/_refresh", null);
        Map<String, Map<String, Object>> documents = new HashMap<>();
        Map<String, Object> hits = Json.path(RUNNING.server().get("/" + index + "/_search?size=10000"), "hits");
        for (Object hit : (List<?>) hits.getOrDefault("hits", List.of())) {
            @SuppressWarnings("unchecked")
            Map<String, Object> document = (Map<String, Object>) hit;
            documents.put((String) document.get("_id"), Json.path(document, "_source"));
        }
        return documents;
    }

    private static Map<String, String> config(Topic topic, String url, Map<String, String> more) {
        Map<String, String> config = new HashMap<>(Map.of(
                "connector.class", ElasticsearchSinkConnector.class.getName(),
                "tasks.max", "1",
                "topics", topic.name(),
                "elasticsearch.url", url,
                "errors.tolerance", "all",
                "errors.deadletterqueue.topic.name", "dlq",
                "errors.deadletterqueue.topic.replication.factor", "1",
                "errors.deadletterqueue.context.headers.enable", "true"));
        config.putAll(more);
        return config;
    }

    private static void awaitCommitted(Topic topic, long offset) {
        await().atMost(PATIENCE).until(() -> committed(topic) == offset);
    }

    private static long committed(Topic topic) throws Exception {
        OffsetAndMetadata offset = kafka.admin()
                .listConsumerGroupOffsets("connect-" + CONNECTOR)
                .partitionsToOffsetAndMetadata()
                .get()
                .get(new TopicPartition(topic.name(), 0));
        return offset == null ? 0 : offset.offset();
    }

    private static long count(ElasticsearchServer server, String index) {
        server.send("POST", "/" + index + "/_refresh", null);
        return (long) server.get("/" + index + "/_count").get("count");
    }

    private static Map<String, Object> ledger(Topic topic) {
        return Json.path(
                RUNNING.server().get("/millrace-ledger/_doc/" + CONNECTOR + "%7C" + topic.name() + "%7C0"), "_source");
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(
                record.headers().lastHeader("__connect.errors." + name).value(), StandardCharsets.UTF_8);
    }
}
