package io.millrace.connect.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.commons.testing.Partition;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.management.ObjectName;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the sink makes of indices: their mappings, their successors, and what it says when the server cannot. */
class IndicesIT {

    private static final String INDEX = "indices";

    @RegisterExtension
    static final RunningElasticsearch RUNNING = new RunningElasticsearch();

    private ElasticsearchServer server;
    private SinkHarness sink;
    private Partition records;

    @BeforeEach
    void startWithAnEmptyStore() {
        server = RUNNING.server();
        Set<String> names =
                new TreeSet<>(server.get("/" + INDEX + "*/_settings").keySet());
        names.forEach(name -> server.send("DELETE", "/" + name, null));
        server.send("DELETE", "/_index_template/millrace-" + INDEX, null);
        sink = new SinkHarness(server, INDEX);
        records = sink.partition();
    }

    @AfterEach
    void stop() {
        sink.close();
    }

    @Test
    void indicesBehindAnAliasFollowEachOtherAndWhatIsDeliveredAgainIsNotWrittenTwice() {
        sink.start(Map.of(
                "index.rollover", "true",
                "index.rollover.max.docs", "100",
                "write.mode", "create",
                "tombstones", "ignore",
                "id.from", "coordinates"));
        assertThat(ConfigCheckTest.errors(sink.all())).isEmpty();
        Schema first = SchemaBuilder.struct().field("n", Schema.INT64_SCHEMA).build();
        Schema grown = SchemaBuilder.struct()
                .field("n", Schema.INT64_SCHEMA)
                .field("later", Schema.STRING_SCHEMA)
                .build();
        for (int part = 0; part < 3; part++) {
            for (int i = 0; i < 120; i++) {
                Struct value = new Struct(part == 0 ? first : grown).put("n", part * 120L + i);
                records.append(null, value.schema(), part == 0 ? value : value.put("later", "x"));
            }
            sink.finish();
            // The server counts documents as often as it refreshes its indices, and is asked when offsets are
            // committed.
            int indices = part + 2;
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                sink.commit();
                return server.get("/" + INDEX + "/_mapping").size() == indices;
            });
        }
        sink.restart(360);
        sink.finish();
        assertThat(sink.documents(INDEX)).hasSize(360);
        Map<String, Object> mappings = server.get("/" + INDEX + "/_mapping");
        assertThat(mappings.keySet())
                .containsExactlyInAnyOrder(INDEX + "-000001", INDEX + "-000002", INDEX + "-000003", INDEX + "-000004");
        assertThat(Json.path(mappings, INDEX + "-000004", "mappings", "properties", "later"))
                .containsEntry("type", "keyword");
        assertThat(sink.documents(INDEX + "-000002")).hasSize(120);
        assertThat(sink.ledger()).containsEntry("count", 360L).containsEntry("offset", 359L);
    }

    @Test
    void theContractGivesFieldsAndUnitsAndTheConfigurationHowTheyAreIndexed(@TempDir Path contracts)
            throws IOException {
        ContractFieldsTest.write(contracts, INDEX, ContractFieldsTest.FIELDS);
        Schema schema = SchemaBuilder.struct()
                .field("took", Schema.INT64_SCHEMA)
                .field("price", Decimal.schema(2))
                .field("note", Schema.STRING_SCHEMA)
                .field(
                        "labels",
                        SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA)
                                .build())
                .build();
        sink.start(Map.of(
                "mapping.contracts", contracts.toString(),
                "mapping.decimals", "keyword",
                "mapping.strings", "text",
                "mapping.maps", "flattened",
                "mapping.dynamic", "strict"));
        assertThat(ConfigCheckTest.errors(sink.all())).isEmpty();
        records.append(
                "a",
                schema,
                new Struct(schema)
                        .put("took", 7L)
                        .put("price", new BigDecimal("12345678901234567890.10"))
                        .put("note", "Some words")
                        .put("labels", Map.of("one", "1", "two.three", "2")));
        records.append("b", Map.of("took", 8, "unknown", 1));
        records.append("c", Map.of("took", 9, "at", 1_700_000_000_000L));
        sink.finish();
        Map<String, Object> properties =
                Json.path(server.get("/" + INDEX + "/_mapping"), INDEX, "mappings", "properties");
        assertThat(Json.path(properties, "took")).isEqualTo(Map.of("type", "long", "meta", Map.of("unit", "ms")));
        assertThat(Json.path(properties, "at")).containsEntry("type", "date");
        assertThat(Json.path(properties, "size")).containsEntry("meta", Map.of("unit", "bytes"));
        assertThat(Json.path(properties, "place", "properties", "height")).containsEntry("type", "double");
        assertThat(Json.path(properties, "labels")).isEqualTo(Map.of("type", "flattened"));
        assertThat(Json.path(properties, "price")).containsEntry("type", "keyword");
        assertThat(Json.path(properties, "note")).containsEntry("type", "text");
        assertThat(Json.path(properties, "note", "fields", "keyword")).containsEntry("type", "keyword");
        assertThat(new String(server.send("GET", "/" + INDEX + "/_source/a", null), StandardCharsets.UTF_8))
                .contains("12345678901234567890.10");
        server.send("POST", "/" + INDEX + "/_refresh", null);
        assertThat(found("note:words")).isEqualTo(1);
        assertThat(found("labels.one:1")).isEqualTo(1);
        assertThat(found("price:%2212345678901234567890.10%22")).isEqualTo(1);
        assertThat(sink.documents(INDEX)).containsOnlyKeys("a", "c");
        assertThat(sink.context().deadLetters()).containsExactly(records.log().get(1));
    }

    @Test
    void aTypeOfFieldThatTheServerLacksIsRefusedWithItsKey() {
        sink.start(Map.of("mapping.decimals", "scaled_float", "mapping.maps", "flat_object"));
        assertThat(ConfigCheckTest.errors(sink.all()))
                .containsOnlyKeys("mapping.decimals", "mapping.maps")
                .allSatisfy((key, messages) -> assertThat(messages.get(0)).contains("has no fields of type"));
    }

    @Test
    void aSchemaThatNoIndexCanHaveIsItsRecordsFaultAndTheOthersGoOn() {
        sink.start(Map.of("index.name", INDEX + "-${value.to}"));
        Schema odd = SchemaBuilder.struct()
                .field("to", Schema.STRING_SCHEMA)
                .field("a..b", Schema.STRING_SCHEMA)
                .build();
        records.append("bad", odd, new Struct(odd).put("to", "odd").put("a..b", "x"));
        records.append("good", Map.of("to", "even"));
        sink.finish();
        assertThat(sink.context().deadLetters()).containsExactly(records.log().get(0));
        assertThat(sink.documents(INDEX + "-even")).containsOnlyKeys("good");
    }

    @Test
    void aTasksNumbersAreInJmx() throws Exception {
        sink.start(Map.of("errors.tolerance", "all"));
        records.append("a", Map.of("n", 1));
        sink.finish();
        records.append("b", Map.of("n", "no number"));
        sink.finish();
        sink.proxy().next(FaultProxy.Fault.UNAVAILABLE);
        records.append("a", Map.of("n", 2));
        sink.finish();
        sink.restart(3);
        sink.finish();
        assertThat(number("skipped-total")).isEqualTo(2);
        assertThat(number("dead-letters-total")).isEqualTo(1);
        assertThat(number("available")).isEqualTo(1);
        assertThat(number("paused-partitions")).isZero();
        assertThat(number("records-total")).isEqualTo(3);
        assertThat(number("bytes-total")).isPositive();
        assertThat(number("write-latency-ms-max")).isPositive();
        assertThat(number("oldest-event-age-ms")).isPositive();
    }

    private static double number(String name) throws Exception {
        ObjectName task = new ObjectName("io.millrace.connect:type=elasticsearch-sink,connector="
                + ObjectName.quote(SinkHarness.CONNECTOR) + ",task=\"0\"");
        return ((Number) ManagementFactory.getPlatformMBeanServer().getAttribute(task, name)).doubleValue();
    }

    private int found(String query) {
        Map<String, Object> hits = Json.path(server.get("/" + INDEX + "/_search?q=" + query), "hits");
        return ((List<?>) hits.get("hits")).size();
    }
}
