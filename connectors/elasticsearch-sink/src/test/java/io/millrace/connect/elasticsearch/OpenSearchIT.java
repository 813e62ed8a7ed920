package io.millrace.connect.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.commons.testing.Partition;
import io.millrace.connect.elasticsearch.FaultProxy.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What differs between the servers; it also has the data streams that the other test server lacks. */
class OpenSearchIT {

    private static final Schema EVENT = SchemaBuilder.struct()
            .field("service", Schema.STRING_SCHEMA)
            .field("price", Decimal.schema(2))
            .build();

    @TempDir
    static Path folder;

    private static ElasticsearchServer server;

    @BeforeAll
    static void start() throws IOException {
        server = ElasticsearchServer.startOpenSearch(folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void documentsVersionsDeletesAndTheLedgerWorkAsWithElasticsearch() {
        try (SinkHarness sink = new SinkHarness(server, "open")) {
            Partition records = sink.partition();
            sink.start(Map.of());
            sink.proxy().next(Fault.SOME_ITEMS_REJECTED, Fault.ANSWER_LOST, Fault.UNAVAILABLE);
            for (int i = 0; i < 300; i++) {
                records.append("k" + i % 50, i % 50 == 7 ? null : Map.of("n", i));
            }
            records.append("bad", Map.of("n", "not a number"));
            sink.finish();
            sink.restart(200);
            sink.finish();
            assertThat(sink.documents("open")).hasSize(49).containsEntry("k3", Map.of("n", 253L));
            assertThat(sink.context().deadLetters()).contains(records.log().get(300));
            assertThat(sink.ledger()).containsEntry("count", 301L);
        }
    }

    @Test
    void aPartialUpdateMergesFields() {
        try (SinkHarness sink = new SinkHarness(server, "open-merge")) {
            sink.start(Map.of("write.mode", "upsert"));
            sink.partition().append("a", Map.of("x", 1));
            sink.partition().append("a", Map.of("y", 2));
            sink.finish();
            assertThat(sink.documents("open-merge")).isEqualTo(Map.of("a", Map.of("x", 1L, "y", 2L)));
        }
    }

    @Test
    void indicesBehindAnAliasFollowEachOtherAndMapsAreOneField() {
        Schema labelled = SchemaBuilder.struct()
                .field("labels", SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA))
                .build();
        try (SinkHarness sink = new SinkHarness(server, "open-rolled")) {
            sink.start(Map.of(
                    "index.rollover", "true",
                    "index.rollover.max.docs", "10",
                    "mapping.maps", "flat_object",
                    "write.mode", "create",
                    "tombstones", "ignore",
                    "id.from", "coordinates"));
            assertThat(ConfigCheckTest.errors(sink.all())).isEmpty();
            for (int i = 0; i < 15; i++) {
                sink.partition().append(null, labelled, new Struct(labelled).put("labels", Map.of("n", "" + i)));
            }
            sink.finish();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                sink.commit();
                return server.get("/open-rolled/_mapping").size() == 2;
            });
            sink.partition().append(null, labelled, new Struct(labelled).put("labels", Map.of("n", "last")));
            sink.restart(15);
            sink.finish();
            assertThat(sink.documents("open-rolled")).hasSize(16);
            assertThat(sink.documents("open-rolled-000002")).hasSize(1);
            assertThat(Json.path(
                            server.get("/open-rolled-000002/_mapping"),
                            "open-rolled-000002",
                            "mappings",
                            "properties",
                            "labels"))
                    .containsEntry("type", "flat_object");
        }
    }

    @Test
    void whatThisServerLacksIsRefusedWithItsKey() {
        try (SinkHarness sink = new SinkHarness(server, "open-lacks")) {
            sink.start(Map.of("mapping.maps", "flattened", "index.lifecycle.policy", "p"));
            assertThat(ConfigCheckTest.errors(sink.all())).containsOnlyKeys("mapping.maps", "index.lifecycle.policy");
        }
    }

    @Test
    void aDataStreamIsMadeFromTheSchemaAndTakesEachRecordOnce() {
        Map<String, String> properties = Map.of(
                "index.name", "logs-${value.service}",
                "data.stream", "true",
                "write.mode", "create",
                "tombstones", "dead-letter",
                "id.from", "coordinates");
        try (SinkHarness sink = new SinkHarness(server, "open-events")) {
            sink.start(properties);
            assertThat(ConfigCheckTest.errors(sink.all())).isEmpty();
            for (int i = 0; i < 20; i++) {
                sink.partition()
                        .append(
                                null,
                                EVENT,
                                new Struct(EVENT)
                                        .put("service", "shop")
                                        .put("price", new java.math.BigDecimal("1.25")));
            }
            sink.partition().append("gone", null);
            sink.finish();
            sink.restart(21);
            sink.finish();
            assertThat(sink.documents("logs-shop")).hasSize(20);
            Map<String, Object> stream = server.get("/_data_stream/logs-shop");
            assertThat((List<?>) stream.get("data_streams")).hasSize(1);
            Map<String, Object> indices = server.get("/logs-shop/_mapping");
            Map<String, Object> fields =
                    Json.path(indices, indices.keySet().iterator().next(), "mappings", "properties");
            assertThat(Json.path(fields, "@timestamp")).containsEntry("type", "date");
            assertThat(Json.path(fields, "service")).containsEntry("type", "keyword");
            assertThat(Json.path(fields, "price")).containsEntry("type", "double");
            assertThat(sink.documents("logs-shop").get("open-events+0+3")).containsKey("@timestamp");
            assertThat(sink.context().deadLetters()).isNotEmpty().allMatch(record -> record.value() == null);
        }
    }
}
