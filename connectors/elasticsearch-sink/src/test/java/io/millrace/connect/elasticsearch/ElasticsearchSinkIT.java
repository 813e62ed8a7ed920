package io.millrace.connect.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.commons.testing.Partition;
import io.millrace.connect.commons.testing.RecordingContext;
import io.millrace.connect.elasticsearch.FaultProxy.Fault;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ElasticsearchSinkIT {

    private static final String LEDGER = "/millrace-ledger/_doc/orders-to-es%7Cserving.Orders%7C0";
    private static final Schema ORDER = SchemaBuilder.struct()
            .field("status", Schema.STRING_SCHEMA)
            .field("total", Schema.FLOAT64_SCHEMA)
            .field("events", Schema.INT32_SCHEMA)
            .field("closed", Schema.BOOLEAN_SCHEMA)
            .field("segment", Schema.OPTIONAL_STRING_SCHEMA)
            .field("created_at", Timestamp.SCHEMA)
            .field("price", Decimal.schema(2))
            .build();

    @RegisterExtension
    static final RunningElasticsearch RUNNING = new RunningElasticsearch();

    private static ElasticsearchServer server;
    private static FaultProxy proxy;

    private final RecordingContext context = new RecordingContext(true);
    private final Partition orders = new Partition("serving.Orders", 0);
    private ElasticsearchSinkTask task;

    @BeforeAll
    static void startElasticsearch() throws IOException {
        server = RUNNING.server();
        proxy = new FaultProxy(server.url());
    }

    @AfterAll
    static void stopElasticsearch() {
        proxy.close();
    }

    @BeforeEach
    void startWithAnEmptyStore() {
        server.send("DELETE", "/serving.orders,millrace-ledger?ignore_unavailable=true", null);
        start(Map.of());
    }

    @AfterEach
    void stop() {
        task.stop();
    }

    @Test
    void aRecordBecomesADocumentUnderItsKeyAndTheIndexGetsTheMappingOfItsSchema() {
        orders.append("o|1", ORDER, order("new"));
        drain();
        assertThat(document("o%7C1"))
                .isEqualTo(Map.of(
                        "status",
                        "new",
                        "total",
                        9.5,
                        "events",
                        3L,
                        "closed",
                        false,
                        "created_at",
                        "2015-05-17T10:05:00Z",
                        "price",
                        12.30));
        assertThat(server.get("/serving.orders/_doc/o%7C1")).containsEntry("_version", 0L);
        Map<String, Object> mapping = mapping();
        assertThat(type(mapping, "status")).isEqualTo("keyword");
        assertThat(type(mapping, "total")).isEqualTo("double");
        assertThat(type(mapping, "events")).isEqualTo("long");
        assertThat(type(mapping, "closed")).isEqualTo("boolean");
        assertThat(type(mapping, "created_at")).isEqualTo("date");
        assertThat(type(mapping, "freshness_ms")).isEqualTo("long");
        Map<String, Object> settings =
                Json.path(server.get("/serving.orders/_settings"), "serving.orders", "settings", "index");
        assertThat(settings).containsEntry("number_of_shards", "1").containsEntry("refresh_interval", "1s");
    }

    @Test
    void aFieldThatTheSchemaGrowsIsAddedToTheMapping() {
        orders.append("o1", ORDER, order("new"));
        drain();
        Schema grown = SchemaBuilder.struct()
                .field("status", Schema.STRING_SCHEMA)
                .field("channel", Schema.STRING_SCHEMA)
                .build();
        orders.append("o2", grown, new Struct(grown).put("status", "new").put("channel", "web"));
        drain();
        assertThat(type(mapping(), "channel")).isEqualTo("keyword");
        assertThat(document("o2")).isEqualTo(Map.of("status", "new", "channel", "web"));
    }

    @Test
    void anUpsertReplacesTheDocumentAndATombstoneDeletesIt() {
        orders.append("gone", Map.of("a", "1"));
        orders.append("stays", Map.of("a", "1", "old", "x"));
        orders.append("gone", null);
        orders.append("never-there", null);
        orders.append("stays", Map.of("a", "2"));
        drain();
        assertThat(document("gone")).isEmpty();
        assertThat(document("stays")).isEqualTo(Map.of("a", "2"));
        assertThat(type(mapping(), "a")).isEqualTo("keyword");
        assertThat(orders.committed()).isEqualTo(5);
    }

    @Test
    void theLedgerHoldsOffsetCountAndNewestTimes() {
        long received = Instant.parse("2026-01-01T00:00:02Z").toEpochMilli();
        orders.append("a", Map.of("newest_event_time", "2026-01-01T00:00:01Z", "newest_received_at", received));
        orders.append("a", Map.of("newest_event_time", "2025-01-01T00:00:00Z", "newest_received_at", received - 1));
        drain();
        assertThat(Json.path(server.get(LEDGER), "_source"))
                .containsEntry("connector", "orders-to-es")
                .containsEntry("topic", "serving.Orders")
                .containsEntry("partition", 0L)
                .containsEntry("offset", 1L)
                .containsEntry("count", 2L)
                .containsEntry("newest_event_time", "2026-01-01T00:00:01Z")
                .containsEntry("newest_received_at", "2026-01-01T00:00:02Z")
                .containsKey("updated_at");
        assertThat((Long) document("a").get("freshness_ms")).isPositive();
    }

    @Test
    void aDeliveryOfOldRecordsChangesNothing() {
        orders.append("a", Map.of("n", 1));
        orders.append("b", Map.of("n", 1));
        orders.append("a", Map.of("n", 2));
        orders.append("b", null);
        drain();
        orders.moveTo(0);
        task.put(orders.next(2));
        orders.commit(task, context);
        assertThat(document("a")).isEqualTo(Map.of("n", 2L));
        assertThat(document("b")).isEmpty();
        task.stop();
        orders.moveTo(0);
        start(Map.of());
        drain();
        assertThat(document("a")).isEqualTo(Map.of("n", 2L));
        assertThat(Json.path(server.get(LEDGER), "_source")).containsEntry("count", 4L);
    }

    @Test
    void documentsThatDoNotFitTheMappingGoToTheDeadLetterQueueAndNothingElse() {
        List<org.apache.kafka.connect.sink.SinkRecord> bad = new ArrayList<>();
        orders.append("first", Map.of("n", 1));
        for (int i = 0; i < 300; i++) {
            long offset = orders.append("k" + i, i % 100 == 7 ? Map.of("n", "not a number") : Map.of("n", i));
            if (i % 100 == 7) {
                bad.add(orders.log().get((int) offset));
            }
        }
        bad.add(orders.log().get((int) orders.append(null, Map.of("n", 1))));
        bad.add(orders.log().get((int) orders.append("text", "just a text")));
        bad.add(orders.log().get((int) orders.append("x".repeat(513), Map.of("n", 1))));
        drain();
        assertThat(context.deadLetters()).containsExactlyInAnyOrderElementsOf(bad);
        server.send("POST", "/serving.orders/_refresh", null);
        assertThat(server.get("/serving.orders/_count")).containsEntry("count", 298L);
        assertThat(orders.committed()).isEqualTo(orders.end());
    }

    @Test
    void withoutToleranceABadRecordFailsTheTaskWithOneSentence() {
        task.stop();
        task = new ElasticsearchSinkTask();
        task.initialize(new RecordingContext(false));
        Map<String, String> properties = new HashMap<>(properties());
        properties.remove("errors.tolerance");
        task.start(properties);
        orders.assign(task);
        orders.append("text", "just a text");
        assertThatThrownBy(() -> task.put(orders.next(10)))
                .isInstanceOf(ConnectException.class)
                .isNotInstanceOf(RetriableException.class)
                .hasMessageContaining("serving.Orders-0@0");
    }

    @Test
    void onlyTheItemsThatWereRejectedAreSentAgain() {
        for (int i = 0; i < 8; i++) {
            orders.append("k" + i % 3, Map.of("n", i));
        }
        task.stop();
        start(Map.of("max.in.flight.requests", "1"));
        int before = proxy.bulkItems().size();
        proxy.next(Fault.SOME_ITEMS_REJECTED, Fault.SOME_ITEMS_REJECTED);
        drain();
        assertThat(proxy.bulkItems().subList(before, proxy.bulkItems().size())).containsExactly(8, 4, 2);
        assertThat(document("k0")).isEqualTo(Map.of("n", 6L));
        assertThat(document("k1")).isEqualTo(Map.of("n", 7L));
        assertThat(document("k2")).isEqualTo(Map.of("n", 5L));
        assertThat(context.deadLetters()).isEmpty();
    }

    @Test
    void anOutageIsWaitedForWhileTheTaskStaysUp() {
        for (Fault fault : List.of(Fault.UNAVAILABLE, Fault.CUT, Fault.ANSWER_LOST)) {
            orders.append("a", Map.of("n", fault.ordinal()));
            proxy.next(fault, fault, fault);
            drainUntilCommitted();
        }
        assertThat(document("a")).isEqualTo(Map.of("n", (long) Fault.ANSWER_LOST.ordinal()));
        assertThat(Json.path(server.get(LEDGER), "_source")).containsEntry("count", 3L);
        assertThat(context.paused()).isEmpty();
    }

    @Test
    void aReadOnlyIndexIsWaitedFor() {
        orders.append("a", Map.of("n", 1));
        drain();
        task.stop();
        start(Map.of("retry.backoff.min.ms", "1", "retry.backoff.max.ms", "1"));
        server.send("PUT", "/serving.orders/_settings", "{\"index.blocks.write\":true}");
        orders.append("a", Map.of("n", 2));
        orders.drainUntil(task, context, () -> !context.paused().isEmpty());
        orders.commit(task, context);
        assertThat(orders.committed()).isEqualTo(1);
        server.send("PUT", "/serving.orders/_settings", "{\"index.blocks.write\":null}");
        drainUntilCommitted();
        assertThat(document("a")).isEqualTo(Map.of("n", 2L));
    }

    @Test
    void anIndexThatWasDeletedIsFilledAgainFromTheBeginning() {
        for (int i = 0; i < 5; i++) {
            orders.append("k" + i, Map.of("n", i));
        }
        drain();
        task.stop();
        server.send("DELETE", "/serving.orders", null);
        start(Map.of());
        orders.append("k9", Map.of("n", 9));
        drain();
        for (String key : List.of("k0", "k4", "k9")) {
            assertThat(document(key)).isNotEmpty();
        }
        assertThat(Json.path(server.get(LEDGER), "_source")).containsEntry("count", 6L);
    }

    @Test
    void offsetsCommittedAheadOfTheStoreAreReadAgain() {
        for (int i = 0; i < 10; i++) {
            orders.append("k" + i, Map.of("n", i));
        }
        task.put(orders.next(5));
        orders.commit(task, context);
        task.stop();
        orders.moveTo(9);
        start(Map.of());
        task.put(orders.next(10));
        assertThat(context.takeSeeks()).isEqualTo(Map.of(orders.id(), 5L));
        orders.moveTo(5);
        drain();
        assertThat(document("k7")).isEqualTo(Map.of("n", 7L));
    }

    @Test
    void aConfigurationIsRefusedWhenTheClusterDoesNotAnswer() {
        Map<String, String> properties = new HashMap<>(properties());
        assertThat(ConfigCheckTest.errors(properties)).isEmpty();
        properties.put("elasticsearch.url", "http://127.0.0.1:1");
        assertThat(ConfigCheckTest.errors(properties)).containsOnlyKeys("elasticsearch.url");
        properties.put("connection.check", "false");
        assertThat(ConfigCheckTest.errors(properties)).isEmpty();
    }

    private void drainUntilCommitted() {
        orders.drainUntil(task, context, () -> {
            orders.commit(task, context);
            return orders.committed() == orders.end();
        });
    }

    private void drain() {
        orders.drain(task, context, 500, 60);
    }

    private void start(Map<String, String> more) {
        task = new ElasticsearchSinkTask();
        task.initialize(context);
        Map<String, String> properties = new HashMap<>(properties());
        properties.putAll(more);
        task.start(properties);
        orders.assign(task);
    }

    private static Map<String, String> properties() {
        return Map.of(
                "name",
                "orders-to-es",
                "elasticsearch.url",
                proxy.url(),
                "retry.backoff.max.ms",
                "50",
                "freshness.from",
                "newest_received_at",
                "errors.tolerance",
                "all");
    }

    private static Struct order(String status) {
        return new Struct(ORDER)
                .put("status", status)
                .put("total", 9.5)
                .put("events", 3)
                .put("closed", false)
                .put("created_at", Date.from(Instant.parse("2015-05-17T10:05:00Z")))
                .put("price", new BigDecimal("12.30"));
    }

    private static Map<String, Object> document(String id) {
        return Json.path(server.get("/serving.orders/_doc/" + id), "_source");
    }

    private static Map<String, Object> mapping() {
        return Json.path(server.get("/serving.orders/_mapping"), "serving.orders", "mappings", "properties");
    }

    private static Object type(Map<String, Object> mapping, String field) {
        return Json.path(mapping, field).get("type");
    }
}
