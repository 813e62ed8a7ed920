package io.millrace.connect.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.commons.testing.Partition;
import io.millrace.connect.commons.testing.RecordingContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

class RedisSinkIT {

    @TempDir
    static Path folder;

    private static RedisServer server;

    private final RecordingContext context = new RecordingContext(true);
    private final Partition orders = new Partition("serving.orders", 0);
    private RedisSinkTask task = new RedisSinkTask();
    private Jedis redis;

    @BeforeAll
    static void startRedis() throws IOException {
        server = RedisServer.start(folder);
    }

    @AfterAll
    static void stopRedis() {
        server.close();
    }

    @BeforeEach
    void startWithAnEmptyStore() {
        redis = server.client();
        redis.flushAll();
        start(Map.of());
    }

    @AfterEach
    void stop() {
        task.stop();
        redis.close();
    }

    @Test
    void anUpsertLeavesExactlyTheFieldsOfItsNewestState() {
        orders.append("o1", Map.of("status", "new", "coupon", "X"));
        drain();
        orders.append("o1", Map.of("status", "paid", "customer", Map.of("id", 7, "tags", List.of("a", "b"))));
        drain();
        assertThat(redis.hgetAll("serving.orders:o1"))
                .isEqualTo(Map.of("status", "paid", "customer.id", "7", "customer.tags", "[\"a\",\"b\"]"));
    }

    @Test
    void aNullFieldOfAStructIsNotKept() {
        Schema schema = SchemaBuilder.struct()
                .field("total", Schema.FLOAT64_SCHEMA)
                .field("segment", Schema.OPTIONAL_STRING_SCHEMA)
                .field("created_at", Timestamp.SCHEMA)
                .build();
        Date time = Date.from(Instant.parse("2015-05-17T10:05:00Z"));
        orders.append(
                "o1",
                schema,
                new Struct(schema).put("total", 9.5).put("segment", "gold").put("created_at", time));
        orders.append("o1", schema, new Struct(schema).put("total", 9.5).put("created_at", time));
        drain();
        assertThat(redis.hgetAll("serving.orders:o1"))
                .isEqualTo(Map.of("total", "9.5", "created_at", "2015-05-17T10:05:00Z"));
    }

    @Test
    void aTombstoneDeletesTheKeyAndTheOrderInsideABatchIsKept() {
        orders.append("gone", Map.of("a", "1"));
        orders.append("back", Map.of("a", "1"));
        orders.append("gone", null);
        orders.append("back", null);
        orders.append("back", Map.of("b", "2"));
        drain();
        assertThat(redis.exists("serving.orders:gone")).isFalse();
        assertThat(redis.hgetAll("serving.orders:back")).isEqualTo(Map.of("b", "2"));
    }

    @Test
    void theTimeToLiveIsSetPerTopicAndClearedWhereThereIsNone() {
        task.stop();
        start(Map.of("ttl.ms.serving.orders", "60000"));
        orders.append("o1", Map.of("a", "1"));
        drain();
        assertThat(redis.pttl("serving.orders:o1")).isBetween(1L, 60_000L);
        task.stop();
        start(Map.of());
        orders.append("o1", Map.of("a", "2"));
        drain();
        assertThat(redis.pttl("serving.orders:o1")).isEqualTo(-1);
    }

    @Test
    void theLedgerHoldsOffsetCountAndNewestTimes() {
        long received = Instant.parse("2026-01-01T00:00:02Z").toEpochMilli();
        orders.append("a", Map.of("newest_event_time", "2026-01-01T00:00:01Z", "newest_received_at", received));
        orders.append("a", Map.of("newest_event_time", "2025-01-01T00:00:00Z", "newest_received_at", received - 1));
        drain();
        assertThat(redis.hgetAll("millrace:ledger:orders-to-redis:serving.orders:0"))
                .containsEntry("offset", "1")
                .containsEntry("count", "2")
                .containsEntry("newest_event_time", "2026-01-01T00:00:01Z")
                .containsEntry("newest_received_at", "2026-01-01T00:00:02Z")
                .containsKey("updated_at");
        assertThat(Long.parseLong(redis.hget("serving.orders:a", "freshness_ms")))
                .isPositive();
        assertThat(orders.committed()).isEqualTo(2);
    }

    @Test
    void aKeyOfAnotherTypeSendsItsRecordsToTheDeadLetterQueueAndNothingElse() {
        redis.set("serving.orders:taken", "somebody else's");
        orders.append("taken", Map.of("a", "1"));
        orders.append("free", Map.of("a", "1"));
        orders.append("taken", Map.of("a", "2"));
        drain();
        assertThat(redis.get("serving.orders:taken")).isEqualTo("somebody else's");
        assertThat(redis.hget("serving.orders:free", "a")).isEqualTo("1");
        assertThat(context.deadLetters())
                .containsExactly(orders.log().get(0), orders.log().get(2));
        assertThat(orders.committed()).isEqualTo(3);
    }

    @Test
    void recordsThatCannotBeAHashGoToTheDeadLetterQueue() {
        orders.append("text", "just a text");
        orders.append(null, Map.of("a", "1"));
        orders.append("fine", Map.of("a", "1"));
        drain();
        assertThat(context.deadLetters())
                .containsExactly(orders.log().get(0), orders.log().get(1));
        assertThat(redis.hget("serving.orders:fine", "a")).isEqualTo("1");
    }

    @Test
    void withoutToleranceABadRecordFailsTheTaskWithOneSentence() {
        task.stop();
        RecordingContext strict = new RecordingContext(false);
        task = new RedisSinkTask();
        task.initialize(strict);
        Map<String, String> properties = new HashMap<>(properties());
        properties.remove("errors.tolerance");
        task.start(properties);
        orders.assign(task);
        orders.append("text", "just a text");
        assertThatThrownBy(() -> task.put(orders.next(10)))
                .isInstanceOf(ConnectException.class)
                .isNotInstanceOf(RetriableException.class)
                .hasMessageContaining("serving.orders-0@0")
                .hasMessageContaining("not a struct or a map");
    }

    @Test
    void aWrongPasswordFailsTheTask() {
        task.stop();
        task = new RedisSinkTask();
        task.initialize(context);
        Map<String, String> properties = new HashMap<>(properties());
        properties.put("redis.password", "wrong");
        properties.put("redis.username", "nobody");
        task.start(properties);
        assertThatThrownBy(() -> task.open(List.of(orders.id())))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("redis.password")
                .hasMessageNotContaining("wrong ");
    }

    @Test
    void aRedisThatIsKilledAndRestartedLosesNothingAndTheTaskStaysUp() throws IOException {
        for (int i = 0; i < 2_000; i++) {
            orders.append("k" + i % 700, Map.of("n", i));
            if (i == 500 || i == 1_200) {
                orders.turn(task, context, 300);
                server.kill();
                orders.turn(task, context, 300);
                orders.turn(task, context, 300);
                server.start();
            }
        }
        drain();
        redis = server.client();
        for (int k = 0; k < 700; k++) {
            int newest = k + 700 * ((1_999 - k) / 700);
            assertThat(redis.hgetAll("serving.orders:k" + k)).isEqualTo(Map.of("n", "" + newest));
        }
        assertThat(redis.hget("millrace:ledger:orders-to-redis:serving.orders:0", "count"))
                .isEqualTo("2000");
        assertThat(orders.committed()).isEqualTo(2_000);
    }

    @Test
    void aRedisThatComesBackEmptyIsFilledAgainWithoutANewRecord() throws IOException {
        orders.append("a", Map.of("n", 1));
        orders.append("b", Map.of("n", 2));
        drain();
        server.kill();
        server.forget();
        server.start();
        redis = server.client();
        orders.drainUntil(task, context, () -> redis.exists("serving.orders:a", "serving.orders:b") == 2);
    }

    @Test
    void offsetsCommittedAheadOfTheStoreAreReadAgainOnce() {
        for (int i = 0; i < 10; i++) {
            orders.append("k" + i, Map.of("n", i));
        }
        drain();
        redis.hset("millrace:ledger:orders-to-redis:serving.orders:0", "offset", "4");
        redis.del("serving.orders:k5", "serving.orders:k9");
        task.stop();
        orders.append("k10", Map.of("n", 10));
        start(Map.of());
        task.put(orders.next(100));
        assertThat(context.takeSeeks()).isEqualTo(Map.of(orders.id(), 5L));
        assertThat(redis.exists("serving.orders:k10")).isFalse();
        assertThat(task.preCommit(Map.of(orders.id(), new org.apache.kafka.clients.consumer.OffsetAndMetadata(11))))
                .isEmpty();
        // A gap after the seek is normal in a compacted topic and must not cause a second one.
        task.put(orders.log().subList(7, 11));
        assertThat(context.takeSeeks()).isEmpty();
        assertThat(redis.hget("serving.orders:k9", "n")).isEqualTo("9");
        assertThat(redis.exists("serving.orders:k10")).isTrue();
    }

    @Test
    void offsetsThatAUserResetsAreAppliedAgainAndCountedOnce() {
        for (int i = 0; i < 10; i++) {
            orders.append("k" + i, Map.of("n", i));
        }
        drain();
        redis.del("serving.orders:k3");
        task.stop();
        orders.moveTo(0);
        start(Map.of());
        drain();
        assertThat(redis.exists("serving.orders:k3")).isTrue();
        assertThat(redis.hget("millrace:ledger:orders-to-redis:serving.orders:0", "count"))
                .isEqualTo("10");
    }

    @Test
    void aRedisOutOfMemoryIsWaitedFor() {
        redis.configSet("maxmemory", "1");
        orders.append("a", Map.of("n", 1));
        assertThatThrownBy(() -> task.put(orders.next(10))).isInstanceOf(RetriableException.class);
        assertThat(context.timeoutMs()).isPositive();
        redis.configSet("maxmemory", "0");
        drain();
        assertThat(redis.hget("serving.orders:a", "n")).isEqualTo("1");
    }

    @Test
    void aReadOnlyReplicaIsWaitedFor() {
        redis.replicaof("127.0.0.1", 1);
        orders.append("a", Map.of("n", 1));
        assertThatThrownBy(() -> task.put(orders.next(10))).isInstanceOf(RetriableException.class);
        redis.replicaofNoOne();
        drain();
        assertThat(redis.hget("serving.orders:a", "n")).isEqualTo("1");
    }

    @Test
    void aFrozenRedisIsWaitedFor() throws IOException {
        orders.append("a", Map.of("n", 1));
        server.freeze();
        try {
            assertThatThrownBy(() -> task.put(orders.next(10))).isInstanceOf(RetriableException.class);
        } finally {
            server.thaw();
        }
        drain();
        assertThat(redis.hget("serving.orders:a", "n")).isEqualTo("1");
    }

    @Test
    void aFlushedScriptCacheIsFilledAgain() {
        redis.scriptFlush();
        orders.append("a", Map.of("n", 1));
        drain();
        assertThat(redis.hget("serving.orders:a", "n")).isEqualTo("1");
    }

    private void drain() {
        orders.drain(task, context, 500, 50);
    }

    private void start(Map<String, String> more) {
        task = new RedisSinkTask();
        task.initialize(context);
        Map<String, String> properties = new HashMap<>(properties());
        properties.putAll(more);
        task.start(properties);
        orders.assign(task);
    }

    private static Map<String, String> properties() {
        return Map.of(
                "name",
                "orders-to-redis",
                "redis.uri",
                server.uri(),
                "socket.timeout.ms",
                "1500",
                "retry.backoff.max.ms",
                "200",
                "freshness.from",
                "newest_received_at",
                "errors.tolerance",
                "all");
    }
}
