package io.millrace.connect.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.commons.testing.Partition;
import io.millrace.connect.elasticsearch.FaultProxy.Fault;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WriteModesIT {

    @RegisterExtension
    static final RunningElasticsearch RUNNING = new RunningElasticsearch();

    private ElasticsearchServer server;
    private SinkHarness sink;
    private Partition records;

    @BeforeEach
    void startWithAnEmptyStore() {
        server = RUNNING.server();
        server.send(
                "DELETE",
                "/modes,logs-shop-2026.01.01,logs-shop-2026.01.02,logs-shop-2026.01.03?ignore_unavailable=true",
                null);
        sink = new SinkHarness(server, "modes");
        records = sink.partition();
    }

    @AfterEach
    void stop() {
        sink.close();
    }

    @Test
    void anUpsertMergesFieldsAndAddsWhatIsMissing() {
        sink.start(Map.of("write.mode", "upsert"));
        records.append("a", Map.of("x", 1, "nested", Map.of("p", 1)));
        records.append("a", Map.of("y", 2, "nested", Map.of("q", 2)));
        records.append("gone", Map.of("x", 1));
        records.append("gone", null);
        sink.finish();
        assertThat(sink.documents("modes"))
                .isEqualTo(Map.of("a", Map.of("x", 1L, "y", 2L, "nested", Map.of("p", 1L, "q", 2L))));
    }

    @Test
    void anUpdateOfADocumentThatIsNotThereGoesToTheDeadLetterQueue() {
        sink.start(Map.of("write.mode", "update"));
        server.send("PUT", "/modes/_doc/a?refresh=true", "{\"x\":1}");
        records.append("a", Map.of("y", 2));
        records.append("b", Map.of("y", 2));
        sink.finish();
        assertThat(sink.documents("modes")).isEqualTo(Map.of("a", Map.of("x", 1L, "y", 2L)));
        assertThat(sink.context().deadLetters()).containsExactly(records.log().get(1));
    }

    @Test
    void aCreatedDocumentStaysAsItWas() {
        sink.start(Map.of("write.mode", "create"));
        records.append("a", Map.of("x", 1));
        records.append("a", Map.of("x", 2));
        sink.finish();
        assertThat(sink.documents("modes")).isEqualTo(Map.of("a", Map.of("x", 1L)));
        assertThat(sink.context().deadLetters()).isEmpty();
    }

    @Test
    void recordsWithoutAKeyGoUnderTheirCoordinates() {
        sink.start(Map.of("id.from", "coordinates"));
        records.append(null, Map.of("x", 1));
        records.append(null, Map.of("x", 2));
        sink.finish();
        sink.restart(2);
        sink.finish();
        assertThat(sink.documents("modes"))
                .isEqualTo(Map.of("modes+0+0", Map.of("x", 1L), "modes+0+1", Map.of("x", 2L)));
    }

    @Test
    void aVersionFromAFieldOutlivesTheTopic() {
        sink.start(Map.of("version.from", "${value.v}", "id.from", "${value.id}"));
        records.append("k", Map.of("id", "a", "v", 100));
        sink.finish();
        records.append("k", Map.of("id", "a", "v", 99));
        records.append("k", Map.of("id", "a", "v", "soon"));
        records.append("k", Map.of("id", "b", "v", 1));
        sink.finish();
        assertThat(sink.documents("modes"))
                .isEqualTo(Map.of("a", Map.of("id", "a", "v", 100L), "b", Map.of("id", "b", "v", 1L)));
        assertThat(sink.context().deadLetters()).containsExactly(records.log().get(2));
    }

    @Test
    void ofTwoRecordsWithTheSameVersionOfTheSourceTheLaterOneCountsAndADeletionOfThatVersionDeletes() {
        sink.start(Map.of("version.from", "${value.v}", "bulk.max.records", "4"));
        records.append("a", Map.of("v", 5, "n", 1));
        records.append("a", Map.of("v", 5, "n", 2));
        records.append("b", Map.of("v", 5, "n", 1));
        records.append("b", deletion(Map.of("v", 5, "n", 1)));
        records.append("a", Map.of("v", 4, "n", 3));
        records.append("a", null);
        sink.proxy().next(Fault.SOME_ITEMS_REJECTED, Fault.ANSWER_LOST);
        sink.finish();
        assertThat(sink.documents("modes")).isEqualTo(Map.of("a", Map.of("v", 5L, "n", 2L)));
        assertThat(sink.context().deadLetters()).containsExactly(records.log().get(5));
        sink.restart(6);
        sink.finish();
        assertThat(sink.documents("modes")).isEqualTo(Map.of("a", Map.of("v", 5L, "n", 2L)));
    }

    @Test
    void theTombstoneAfterADeletionIsPassedOverAndOneByItselfHasNoVersion() {
        sink.start(Map.of("version.from", "${value.v}"));
        records.append("a", Map.of("v", 5));
        records.append("b", Map.of("v", 5));
        records.append("a", deletion(Map.of("v", 6)));
        records.append("a", null);
        records.append("b", null);
        records.append("a", Map.of("v", 7));
        records.append("a", deletion(Map.of("v", 8)));
        records.append("b", null);
        sink.finish();
        assertThat(sink.documents("modes")).isEqualTo(Map.of("b", Map.of("v", 5L)));
        assertThat(sink.context().deadLetters())
                .containsExactly(records.log().get(4), records.log().get(7));
        assertThat(sink.ledger()).containsEntry("count", 8L);
    }

    private static Map<String, Object> deletion(Map<String, Object> before) {
        return Map.of("op", "d", "source", Map.of("db", "x"), "ts_ms", 1L, "before", before);
    }

    @Test
    void jsonTextIsWrittenAsItIsWithEveryDigitAndChangeEventsInItAreUnwrapped() {
        sink.start(Map.of());
        records.append("text", "{\n  \"price\": 12345678901234567890.1200,\r\n  \"name\": \"Gr\u00fc\u00dfe\"\n}");
        records.append("bytes", "{\"n\":1}".getBytes(StandardCharsets.UTF_8));
        records.append("event", "{\"op\":\"c\",\"source\":{},\"after\":{\"n\":2}}");
        records.append("list", "[1]");
        records.append("two", "{\"n\":1}\n{\"n\":2}");
        sink.finish();
        String text = new String(server.send("GET", "/modes/_source/text", null), StandardCharsets.UTF_8);
        assertThat(text).contains("\"price\": 12345678901234567890.1200").contains("Gr\u00fc\u00dfe");
        assertThat(sink.documents("modes"))
                .containsOnlyKeys("text", "bytes", "event")
                .containsEntry("bytes", Map.of("n", 1L))
                .containsEntry("event", Map.of("n", 2L));
        assertThat(sink.context().deadLetters())
                .containsExactlyInAnyOrderElementsOf(records.log().subList(3, 5));
    }

    @Test
    void jsonTextGivesIdsVersionsRoutingAndIndicesAsAnyOtherValue() {
        sink.start(Map.of(
                "index.name", "logs-${value.service}-2026.01.01",
                "id.from", "${value.id}",
                "version.from", "${value.v}",
                "routing.from", "${value.service}"));
        records.append(null, "{\"service\":\"shop\",\"id\":\"x\",\"v\":7,\"price\":1.50}");
        records.append(null, "{\"service\":\"shop\",\"id\":\"x\",\"v\":6,\"price\":9}");
        sink.finish();
        assertThat(server.get("/logs-shop-2026.01.01/_doc/x?routing=shop"))
                .containsEntry("_version", 7L)
                .containsEntry("_source", Map.of("service", "shop", "id", "x", "v", 7L, "price", 1.5));
    }

    @Test
    void severalTopicsOfOneTaskGoToIndicesOfTheirOwn() {
        Partition other = new Partition("modes-other", 0);
        server.send("DELETE", "/modes-other?ignore_unavailable=true", null);
        sink.start(Map.of("bulk.max.records", "10"));
        other.assign(sink.task());
        for (int i = 0; i < 60; i++) {
            records.append("k" + i, Map.of("n", i));
            other.append("k" + i, i == 30 ? "unfit" : Map.of("n", -i));
        }
        sink.proxy().next(Fault.SOME_ITEMS_REJECTED, Fault.SOME_ITEMS_REJECTED);
        other.drainUntil(sink.task(), sink.context(), () -> {
            sink.turn(7);
            sink.commit();
            other.commit(sink.task(), sink.context());
            return records.committed() == 60 && other.committed() == 60;
        });
        assertThat(sink.documents("modes")).hasSize(60).containsEntry("k59", Map.of("n", 59L));
        assertThat(sink.documents("modes-other")).hasSize(59).containsEntry("k59", Map.of("n", -59L));
        assertThat(sink.context().deadLetters()).containsExactly(other.log().get(30));
        assertThat(sink.ledger()).containsEntry("count", 60L);
        assertThat(Json.path(server.get("/millrace-ledger/_doc/to-es%7Cmodes-other%7C0"), "_source"))
                .containsEntry("count", 60L)
                .containsEntry("offset", 59L);
    }

    @Test
    void aVersionAndARoutingComeFromHeadersAndFields() {
        sink.start(Map.of("version.from", "${header.version}", "routing.from", "${value.shop}"));
        records.log()
                .add(new SinkRecord(
                        "modes",
                        0,
                        Schema.STRING_SCHEMA,
                        "a",
                        null,
                        Map.of("shop", "north"),
                        0,
                        1L,
                        TimestampType.CREATE_TIME,
                        new ConnectHeaders().addLong("version", 7)));
        sink.finish();
        assertThat(server.get("/modes/_doc/a?routing=north"))
                .containsEntry("_version", 7L)
                .containsEntry("_routing", "north");
    }

    @Test
    void documentsGoThroughAPipelineAndArriveCompressed() {
        server.send("PUT", "/_ingest/pipeline/millrace-test", "{\"processors\":[]}");
        sink.start(Map.of("pipeline", "millrace-test", "compression", "gzip"));
        for (int i = 0; i < 200; i++) {
            records.append("k" + i, Map.of("text", "Grüße \uD83D\uDE00 \"quoted\" \\ \n " + i));
        }
        sink.finish();
        assertThat(sink.documents("modes"))
                .hasSize(200)
                .containsEntry("k7", Map.of("text", "Grüße \uD83D\uDE00 \"quoted\" \\ \n 7"));
        Map<String, Object> nodes = Json.path(server.get("/_nodes/stats/ingest"), "nodes");
        assertThat(nodes).hasSize(1);
        assertThat(Json.path(nodes, nodes.keySet().iterator().next(), "ingest", "pipelines", "millrace-test"))
                .hasEntrySatisfying("ingested_as_first_pipeline_in_bytes", bytes -> assertThat((Long) bytes)
                        .isPositive());
        server.send("DELETE", "/_ingest/pipeline/millrace-test", null);
    }

    @Test
    void aChangeEventIsUnwrappedAndItsDeletionDeletes() {
        sink.start(Map.of());
        records.append("a", Map.of("op", "c", "source", Map.of("db", "x"), "ts_ms", 1L, "after", Map.of("n", 1)));
        records.append("b", Map.of("op", "c", "source", Map.of("db", "x"), "ts_ms", 1L, "after", Map.of("n", 2)));
        records.append("a", Map.of("op", "d", "source", Map.of("db", "x"), "ts_ms", 1L, "before", Map.of("n", 1)));
        records.append("a", null);
        sink.finish();
        assertThat(sink.documents("modes")).isEqualTo(Map.of("b", Map.of("n", 2L)));
    }

    @Test
    void recordTimesOverThreeDaysMakeThreeIndicesAndARestartLosesAndRepeatsNothing() {
        Map<String, String> daily =
                Map.of("index.name", "logs-${value.service}-${timestamp:yyyy.MM.dd}", "index.alias", "logs-all");
        sink.start(daily);
        for (int i = 0; i < 300; i++) {
            long time = Instant.parse("2026-01-01T23:59:59Z")
                    .plusSeconds(i % 3 * 86_400L)
                    .toEpochMilli();
            records.log()
                    .add(new SinkRecord(
                            "modes",
                            0,
                            Schema.STRING_SCHEMA,
                            "k" + i,
                            null,
                            Map.of("service", "Shop", "i", i),
                            i,
                            time,
                            TimestampType.CREATE_TIME));
            if (i == 149) {
                sink.turn(150);
                sink.commit();
                assertThat(records.committed()).isEqualTo(150);
                sink.restart(0);
            }
        }
        sink.finish();
        for (String day : List.of("01", "02", "03")) {
            assertThat(sink.documents("logs-shop-2026.01." + day)).hasSize(100);
        }
        assertThat(sink.documents("logs-all")).hasSize(300);
        assertThat(sink.ledger()).containsEntry("count", 300L).containsEntry("offset", 299L);
        assertThat(sink.context().takeSeeks()).isEmpty();
    }
}
