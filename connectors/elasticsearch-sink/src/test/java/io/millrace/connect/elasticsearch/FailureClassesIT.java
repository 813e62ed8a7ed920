package io.millrace.connect.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.commons.testing.Partition;
import io.millrace.connect.elasticsearch.FaultProxy.Fault;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FailureClassesIT {

    @RegisterExtension
    static final RunningElasticsearch RUNNING = new RunningElasticsearch();

    private ElasticsearchServer server;
    private SinkHarness sink;
    private Partition records;

    @BeforeEach
    void startWithAnEmptyStore() {
        server = RUNNING.server();
        server.send("DELETE", "/faults?ignore_unavailable=true", null);
        sink = new SinkHarness(server, "faults");
        records = sink.partition();
    }

    @AfterEach
    void stop() {
        sink.close();
    }

    @Test
    void onePercentOfUnmappableDocumentsGoToTheDeadLetterQueueAndTheRestIsIndexed() {
        sink.start(Map.of());
        for (int i = 0; i < 10_000; i++) {
            records.append("k" + i, i % 100 == 99 ? Map.of("n", "not a number") : Map.of("n", i));
        }
        while (records.committed() < records.end()) {
            sink.turn(500);
            if (records.next(1).isEmpty()) {
                sink.commit();
            }
        }
        server.send("POST", "/faults/_refresh", null);
        assertThat(server.get("/faults/_count")).containsEntry("count", 9_900L);
        assertThat(sink.context().deadLetters()).hasSize(100);
        assertThat(sink.ledger()).containsEntry("count", 10_000L);
    }

    @Test
    void tooManyFieldsAndAStrictMappingRefuseOnlyTheDocumentsThatOffend() {
        server.send(
                "PUT",
                "/faults",
                "{\"settings\":{\"index.mapping.total_fields.limit\":5},\"mappings\":{\"properties\":{"
                        + "\"n\":{\"type\":\"long\"},\"s\":{\"dynamic\":\"strict\",\"properties\":{\"t\":{\"type\":\"long\"}}}}}}");
        sink.start(Map.of());
        Map<String, Object> wide = new HashMap<>();
        for (int i = 0; i < 10; i++) {
            wide.put("field" + i, i);
        }
        records.append("wide", wide);
        records.append("strict", Map.of("s", Map.of("unknown", 1)));
        records.append("good", Map.of("n", 1));
        sink.finish();
        assertThat(sink.documents("faults")).containsOnlyKeys("good");
        assertThat(sink.context().deadLetters())
                .containsExactlyInAnyOrderElementsOf(records.log().subList(0, 2));
    }

    @Test
    void aRequestThatIsTooLargeIsSplitAndADocumentThatIsTooLargeGoesToTheDeadLetterQueue() {
        sink.start(Map.of("max.in.flight.requests", "2"));
        String filling = "x".repeat(30_000);
        for (int i = 0; i < 100; i++) {
            records.append("k" + i, Map.of("text", i == 50 ? "y".repeat(1_200_000) : filling));
        }
        sink.finish();
        assertThat(sink.context().deadLetters()).containsExactly(records.log().get(50));
        server.send("POST", "/faults/_refresh", null);
        assertThat(server.get("/faults/_count")).containsEntry("count", 99L);
    }

    @Test
    void refusedItemsOfALaneAreWaitedForWithTheLaterOperationsOnTheSameDocument() {
        sink.start(Map.of("write.mode", "upsert", "bulk.max.records", "10"));
        for (int i = 0; i < 200; i++) {
            records.append("k" + i % 4, Map.of("last", i, "f" + i % 8, i));
        }
        sink.proxy().next(Fault.SOME_ITEMS_REJECTED, Fault.SLOW, Fault.SOME_ITEMS_REJECTED, Fault.SOME_ITEMS_REJECTED);
        sink.finish();
        for (int k = 0; k < 4; k++) {
            assertThat(sink.documents("faults").get("k" + k))
                    .isEqualTo(Map.of("last", 196L + k, "f" + k, 192L + k, "f" + (k + 4), 196L + k));
        }
    }

    @Test
    void aServerThatIsAwayForAWhileLosesNothingAndLeavesTheTaskRunning() {
        Duration away = Duration.ofSeconds(Integer.getInteger("elasticsearch.down.seconds", 2));
        sink.start(Map.of("retry.backoff.max.ms", "500"));
        for (int i = 0; i < 2_000; i++) {
            records.append("k" + i, Map.of("n", i));
        }
        sink.turn(500);
        sink.proxy().down(true);
        long since = System.nanoTime();
        Awaitility.await()
                .atMost(away.plusSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    sink.turn(500);
                    sink.commit();
                    return System.nanoTime() - since > away.toNanos();
                });
        assertThat(sink.context().paused()).containsExactly(records.id());
        assertThat(records.committed()).isLessThan(records.end());
        sink.proxy().down(false);
        sink.finish();
        assertThat(sink.documents("faults")).hasSize(2_000);
        assertThat(sink.ledger()).containsEntry("count", 2_000L);
        assertThat(sink.context().deadLetters()).isEmpty();
    }

    @Test
    void aNodeThatFailsIsLeftOutWhileAnotherAnswers() throws IOException {
        FaultProxy other = new FaultProxy(server.url());
        sink.start(Map.of("elasticsearch.url", sink.proxy().url() + "," + other.url()));
        records.append("a", Map.of("n", 1));
        sink.finish();
        sink.proxy().down(true);
        for (int i = 0; i < 100; i++) {
            records.append("k" + i, Map.of("n", i));
        }
        sink.finish();
        assertThat(sink.documents("faults")).hasSize(101);
        other.close();
    }

    @Test
    void anApiKeyAndATokenAreSentAsTheirHeaders() {
        records.append("a", Map.of("n", 1));
        sink.start(Map.of("elasticsearch.api.key", "aWQ6a2V5"));
        sink.finish();
        assertThat(sink.proxy().authorization()).isEqualTo("ApiKey aWQ6a2V5");
        sink.task().stop();
        sink.start(Map.of("elasticsearch.bearer.token", "token"));
        assertThat(sink.proxy().authorization()).isEqualTo("Bearer token");
    }

    @Test
    void whatTheServerLacksIsRefusedWithItsKey() {
        sink.start(Map.of(
                "data.stream",
                "true",
                "write.mode",
                "create",
                "tombstones",
                "ignore",
                "pipeline",
                "not-there",
                "index.lifecycle.policy",
                "not-there"));
        assertThat(ConfigCheckTest.errors(sink.all()))
                .containsOnlyKeys("data.stream", "pipeline", "index.lifecycle.policy");
    }

    @Test
    void aLedgerThatCannotBeWrittenHoldsTheOffsetsBack() {
        sink.start(Map.of());
        records.append("a", Map.of("n", 1));
        sink.proxy().nextOfLedger(Fault.UNAVAILABLE, Fault.UNAVAILABLE);
        sink.turn(10);
        sink.commit();
        assertThat(records.committed()).isZero();
        sink.finish();
        assertThat(sink.ledger()).containsEntry("offset", 0L).containsEntry("count", 1L);
    }

    @Test
    void anyOrderOfPartialUpdatesDeletesFaultsAndRestartsEndsInTheStateOfTheLog() {
        history(Map.of("write.mode", "upsert", "bulk.max.records", "40"), true);
    }

    @Test
    void anyOrderOfWholeDocumentsFaultsAndRestartsEndsInTheStateOfTheLog() {
        history(Map.of("bulk.max.records", "40", "max.in.flight.requests", "5"), false);
    }

    @Test
    void anyOrderOfEventsWithoutKeysFaultsAndRestartsEndsWithEachInTheIndexOfItsDay() {
        Random random = history();
        sink.start(Map.of(
                "index.name", "faults-${timestamp:ss}",
                "index.alias", "faults-all",
                "id.from", "coordinates",
                "write.mode", "create",
                "bulk.max.records", "40"));
        Map<String, Map<String, Map<String, Object>>> oracle = new TreeMap<>();
        for (int i = 0; i < 600; i++) {
            long second = random.nextInt(3);
            records.log()
                    .add(new SinkRecord(
                            "faults",
                            0,
                            null,
                            null,
                            null,
                            Map.of("n", (long) i),
                            i,
                            second * 1_000,
                            TimestampType.CREATE_TIME));
            oracle.computeIfAbsent("faults-0" + second, index -> new TreeMap<>())
                    .put("faults+0+" + i, Map.of("n", (long) i));
        }
        misfortunes(random);
        oracle.forEach((index, documents) -> assertThat(sink.documents(index)).isEqualTo(documents));
        assertThat(sink.documents("faults-all")).hasSize(600);
        assertThat(sink.ledger()).containsEntry("count", 600L);
        server.send("DELETE", "/faults-00,faults-01,faults-02", null);
    }

    @Test
    void anyOrderOfVersionsOfTheSourceFaultsAndRestartsEndsWithTheNewestOfEach() {
        Random random = history();
        sink.start(Map.of("version.from", "${value.v}", "bulk.max.records", "40", "max.in.flight.requests", "5"));
        Map<String, Map<String, Object>> oracle = new TreeMap<>();
        for (int i = 0; i < 1_200; i++) {
            String key = "k" + random.nextInt(50);
            Map<String, Object> document = Map.of("n", (long) i, "v", (long) random.nextInt(1 + i / 100));
            records.append(key, document);
            oracle.merge(key, document, (old, now) -> (long) now.get("v") >= (long) old.get("v") ? now : old);
        }
        misfortunes(random);
        assertThat(sink.documents("faults")).isEqualTo(oracle);
        assertThat(sink.ledger()).containsEntry("count", records.end());
    }

    /** Every run has a history of its own; {@code -Dhistory.seed} repeats one. */
    private static Random history() {
        long seed = Long.getLong("history.seed", System.nanoTime());
        System.out.println("history of the seed " + seed);
        return new Random(seed);
    }

    private void history(Map<String, String> properties, boolean merges) {
        Random random = history();
        sink.start(properties);
        Map<String, Map<String, Object>> oracle = new TreeMap<>();
        for (int i = 0; i < 1_200; i++) {
            String key = "k" + random.nextInt(50);
            if (random.nextInt(5) == 0) {
                records.append(key, null);
                oracle.remove(key);
            } else {
                Map<String, Object> fields = Map.of("n", (long) i, "f" + random.nextInt(3), (long) i);
                records.append(key, fields);
                Map<String, Object> document =
                        merges ? new HashMap<>(oracle.getOrDefault(key, Map.of())) : new HashMap<>();
                document.putAll(fields);
                oracle.put(key, document);
            }
        }
        misfortunes(random);
        assertThat(sink.documents("faults")).isEqualTo(oracle);
        assertThat(sink.ledger()).containsEntry("count", records.end()).containsEntry("offset", records.end() - 1);
    }

    /** Works until every record is committed, while nothing goes well for long. */
    private void misfortunes(Random random) {
        Fault[] faults = Fault.values();
        while (records.committed() < records.end()) {
            if (random.nextInt(3) == 0) {
                sink.proxy().next(faults[random.nextInt(faults.length)]);
            }
            if (random.nextInt(20) == 0) {
                sink.proxy()
                        .nextOfLedger(
                                List.of(Fault.UNAVAILABLE, Fault.ANSWER_LOST).get(random.nextInt(2)));
            }
            if (random.nextInt(25) == 0) {
                sink.proxy().down(true);
                for (int turns = random.nextInt(5); turns >= 0; turns--) {
                    sink.turn(1 + random.nextInt(120));
                    sink.commit();
                }
                sink.proxy().down(false);
            }
            sink.turn(1 + random.nextInt(120));
            if (random.nextInt(4) == 0) {
                sink.commit();
            }
            if (random.nextInt(12) == 0) {
                sink.restart(random.nextInt(40));
            }
        }
        sink.proxy().clear();
        sink.finish();
        assertThat(sink.context().deadLetters()).isEmpty();
    }
}
