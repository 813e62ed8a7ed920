package io.millrace.connect.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.commons.testing.Partition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.util.JedisClusterCRC16;

class ClusterIT {

    @TempDir
    static Path folder;

    private static RedisServer low;
    private static RedisServer high;

    private final Partition orders = new Partition("orders", 0);

    @BeforeAll
    static void startCluster() throws IOException {
        low = RedisServer.start(Files.createDirectory(folder.resolve("low")), "--cluster-enabled", "yes");
        high = RedisServer.start(Files.createDirectory(folder.resolve("high")), "--cluster-enabled", "yes");
        try (Jedis one = low.client();
                Jedis two = high.client()) {
            one.clusterAddSlots(IntStream.range(0, 8_000).toArray());
            two.clusterAddSlots(IntStream.range(8_000, 16_384).toArray());
            one.clusterMeet("127.0.0.1", high.port());
            Awaitility.await()
                    .until(() -> one.clusterInfo().contains("cluster_state:ok")
                            && two.clusterInfo().contains("cluster_state:ok"));
        }
    }

    @AfterAll
    static void stopCluster() {
        low.close();
        high.close();
    }

    @Test
    void keysGoToTheirNodesAndTheLedgerFollows() {
        try (Sink sink = new Sink(low.uri(), Map.of("name", "spread"), orders)) {
            fill(0, 400);
            sink.drain();
            fill(200, 600);
            orders.append("k0", null);
            sink.drain();
            assertThat(read("millrace:ledger:spread:orders:0", "count")).isEqualTo("801");
            assertThat(IntStream.range(1, 600).mapToObj(i -> read("orders:k" + i, "n")))
                    .isEqualTo(
                            IntStream.range(1, 600).mapToObj(Integer::toString).toList());
            assertThat(read("orders:k0", "n")).isNull();
        }
    }

    @Test
    void noFieldOfAnOlderValueStaysAndNoKeyOfAnotherTypeIsTouched() {
        try (Sink sink = new Sink(low.uri(), Map.of("name", "replacing", "key.template", "r:${key}"), orders)) {
            for (int i = 0; i < 20; i++) {
                orders.append("k" + i, Map.of("n", i, "old", 1));
            }
            sink.drain();
            try (Jedis redis = node("r:taken").client()) {
                redis.rpush("r:taken", "a list");
                orders.append("taken", Map.of("n", 1));
                for (int i = 0; i < 20; i++) {
                    orders.append("k" + i, Map.of("n", i, "new", 2));
                }
                sink.drain();
                assertThat(redis.lrange("r:taken", 0, -1)).containsExactly("a list");
            }
            assertThat(sink.context.deadLetters())
                    .extracting(record -> record.key())
                    .containsExactly("taken");
            for (int i = 0; i < 20; i++) {
                try (Jedis redis = node("r:k" + i).client()) {
                    assertThat(redis.hgetAll("r:k" + i)).isEqualTo(Map.of("n", "" + i, "new", "2"));
                }
            }
        }
    }

    @Test
    void aSlotThatMovesIsFollowed() {
        try (Sink sink = new Sink(low.uri(), Map.of("name", "moving", "key.template", "{moving}:${key}"), orders)) {
            fill(0, 50);
            sink.drain();
            int slot = JedisClusterCRC16.getSlot("{moving}");
            try (Jedis from = node("{moving}").client();
                    Jedis to = other(node("{moving}")).client()) {
                String target = to.clusterMyId();
                from.keys("*{moving}*").forEach(from::del);
                to.clusterSetSlotNode(slot, target);
                from.clusterSetSlotNode(slot, target);
                fill(0, 50);
                Awaitility.await().until(() -> {
                    sink.drain();
                    return orders.isConsumed();
                });
                assertThat(to.keys("{moving}*")).hasSize(50);
                from.clusterSetSlotNode(slot, target);
            }
        }
    }

    @Test
    void newKeysOfASlotThatIsBeingMovedAreWrittenWhereItGoes() {
        try (Sink sink = new Sink(low.uri(), Map.of("name", "asked"), orders);
                Jedis from = node("{asked}").client();
                Jedis to = other(node("{asked}")).client()) {
            fill("{asked}k", 0, 10);
            sink.drain();
            int slot = JedisClusterCRC16.getSlot("{asked}");
            to.clusterSetSlotImporting(slot, from.clusterMyId());
            from.clusterSetSlotMigrating(slot, to.clusterMyId());
            // Some keys are still at their old node, some are new, and one is deleted and written in one batch.
            fill("{asked}k", 5, 60);
            orders.append("{asked}k20", null);
            orders.append("{asked}k20", Map.of("n", 2_000));
            sink.task().put(orders.next(100));
            sink.drain();
            assertThat(orders.isConsumed()).isTrue();
            assertThat(sink.context.paused()).isEmpty();
            assertThat(from.keys("orders:{asked}k*")).hasSize(10);
            assertThat(to.keys("orders:{asked}k*")).hasSize(50).contains("orders:{asked}k10", "orders:{asked}k59");
            for (String key : from.keys("orders:{asked}*")) {
                from.migrate("127.0.0.1", other(node("{asked}")).port(), key, 0, 5_000);
            }
            to.clusterSetSlotNode(slot, to.clusterMyId());
            from.clusterSetSlotNode(slot, to.clusterMyId());
            fill("{asked}k", 0, 1);
            Awaitility.await().until(() -> {
                sink.drain();
                return orders.isConsumed();
            });
            assertThat(to.keys("orders:{asked}k*")).hasSize(60);
            assertThat(to.hget("orders:{asked}k20", "n")).isEqualTo("2000");
            assertThat(to.hget("orders:{asked}k59", "n")).isEqualTo("59");
            assertThat(read("millrace:ledger:asked:orders:0", "count")).isEqualTo("68");
        }
    }

    @Test
    void withASlotTagASlotThatIsBeingMovedIsWaitedFor() {
        Map<String, String> properties =
                Map.of("name", "waiting", "write.mode", "list", "key.template", "{waiting}:${key}");
        try (Sink sink = new Sink(low.uri(), properties, orders);
                Jedis from = node("{waiting}").client();
                Jedis to = other(node("{waiting}")).client()) {
            orders.append("all", "0");
            sink.drain();
            int slot = JedisClusterCRC16.getSlot("{waiting}");
            to.clusterSetSlotImporting(slot, from.clusterMyId());
            from.clusterSetSlotMigrating(slot, to.clusterMyId());
            orders.append("new", "1");
            assertThatThrownBy(() -> sink.task().put(orders.next(100)))
                    .isInstanceOf(RetriableException.class)
                    .hasMessageContaining("ASK");
            assertThat(sink.context.paused()).containsExactly(orders.id());
            for (String key : from.keys("*{waiting}*")) {
                from.migrate("127.0.0.1", other(node("{waiting}")).port(), key, 0, 5_000);
            }
            to.clusterSetSlotNode(slot, to.clusterMyId());
            from.clusterSetSlotNode(slot, to.clusterMyId());
            Awaitility.await().until(() -> {
                sink.drain();
                return orders.isConsumed();
            });
            assertThat(to.lrange("{waiting}:all", 0, -1)).containsExactly("0");
            assertThat(to.lrange("{waiting}:new", 0, -1)).containsExactly("1");
            assertThat(sink.context.paused()).isEmpty();
        }
    }

    @Test
    void aClusterThatLacksASlotIsWaitedFor() {
        try (Sink sink = new Sink(low.uri(), Map.of("name", "down"), orders);
                Jedis redis = low.client()) {
            fill(0, 50);
            sink.drain();
            // No key of this test is in it.
            redis.clusterDelSlots(0);
            try {
                Awaitility.await().until(() -> redis.clusterInfo().contains("cluster_state:fail"));
                fill(0, 100);
                assertThatThrownBy(() -> sink.task().put(orders.next(200)))
                        .isInstanceOf(RetriableException.class)
                        .hasMessageContaining("CLUSTERDOWN");
                assertThat(sink.context.paused()).containsExactly(orders.id());
            } finally {
                redis.clusterAddSlots(0);
                Awaitility.await().until(() -> redis.clusterInfo().contains("cluster_state:ok"));
            }
            Awaitility.await().until(() -> {
                sink.drain();
                return orders.isConsumed();
            });
            assertThat(read("millrace:ledger:down:orders:0", "count")).isEqualTo("150");
        }
    }

    @Test
    void anOlderTaskStopsAndLeavesTheLedgerAlone() {
        try (Sink older = new Sink(low.uri(), Map.of("name", "fenced"), orders)) {
            fill(0, 10);
            older.drain();
            try (Sink newer = new Sink(low.uri(), Map.of("name", "fenced"), orders)) {
                fill(0, 10);
                newer.drain();
                older.task().put(orders.log().subList(5, 10));
                assertThat(read("millrace:ledger:fenced:orders:0", "offset")).isEqualTo("19");
                assertThat(older.task().preCommit(Map.of(orders.id(), new OffsetAndMetadata(20))))
                        .isEmpty();
            }
        }
    }

    @Test
    void withASlotTagEvenWhatWouldRepeatIsWrittenExactlyOnce() {
        Map<String, String> properties =
                Map.of("name", "tagged", "write.mode", "list", "key.template", "{${topic}:${partition}}:${key}");
        try (Sink older = new Sink(low.uri(), properties, orders)) {
            for (int i = 0; i < 300; i++) {
                orders.append("all", Integer.toString(i));
            }
            older.drain();
            assertThat(list()).isEqualTo(numbers(300));
            try (Sink newer = new Sink(low.uri(), properties, orders)) {
                // From the start again, and the one that does not know yet that it has lost its partition.
                older.task().put(orders.log().subList(100, 300));
                orders.append("all", "300");
                newer.drain();
                older.task().put(orders.log().subList(200, 301));
                assertThat(list()).isEqualTo(numbers(301));
            }
        }
        try (Jedis redis = node("{orders:0}").client()) {
            assertThat(redis.hget("millrace:ledger:{orders:0}:tagged:orders:0", "count"))
                    .isEqualTo("301");
        }
    }

    @Test
    void aSlotTagIsMadeOfWhatAllRecordsOfAPartitionShare() {
        assertThat(SlotTag.of("{${topic}:${partition}}:${key}").orElseThrow().of(new TopicPartition("a.b", 3)))
                .isEqualTo("a.b:3");
        assertThat(SlotTag.of("x:${topic}:{all}").orElseThrow().of(new TopicPartition("a", 3)))
                .isEqualTo("all");
        assertThat(SlotTag.of("{${key}}:x")).isEmpty();
        assertThat(SlotTag.of("${key}:{${partition}}")).isEmpty();
        assertThat(SlotTag.of("${topic}:${key}")).isEmpty();
        assertThat(SlotTag.of("{}${key}")).isEmpty();
    }

    private static List<String> list() {
        try (Jedis redis = node("{orders:0}").client()) {
            return redis.lrange("{orders:0}:all", 0, -1);
        }
    }

    private static List<String> numbers(int end) {
        return IntStream.range(0, end).mapToObj(Integer::toString).toList();
    }

    @Test
    void whatWouldRepeatIsRefusedUnderTheKeyToChange() {
        Map<String, String> properties = new HashMap<>(
                Map.of("name", "counting", "topics", "orders", "redis.uri", low.uri(), "write.mode.orders", "counter"));
        assertThat(errors(properties)).containsExactly("write.mode.orders");
        properties.put("key.template.orders", "{${topic}}:${key}");
        assertThat(errors(properties)).isEmpty();
        properties.remove("key.template.orders");
        properties.put("delivery", "at_least_once");
        assertThat(errors(properties)).isEmpty();
        Map<String, String> byPattern = new HashMap<>(Map.of(
                "name", "counting", "topics.regex", "ord.*", "redis.uri", low.uri(), "write.mode.orders", "hash"));
        assertThat(errors(byPattern)).isEmpty();
        byPattern.put("write.mode", "counter");
        assertThat(errors(byPattern)).containsExactly("write.mode");
        assertThatThrownBy(() -> new Sink(low.uri(), Map.of("write.mode", "list"), orders))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("at_least_once");
    }

    private static List<String> errors(Map<String, String> properties) {
        return new RedisSinkConnector()
                .validate(properties).configValues().stream()
                        .filter(value -> !value.errorMessages().isEmpty())
                        .map(value -> value.name())
                        .toList();
    }

    private void fill(int from, int to) {
        fill("k", from, to);
    }

    private void fill(String key, int from, int to) {
        for (int i = from; i < to; i++) {
            orders.append(key + i, Map.of("n", i));
        }
    }

    private static RedisServer node(String key) {
        return JedisClusterCRC16.getSlot(key) < 8_000 ? low : high;
    }

    private static RedisServer other(RedisServer node) {
        return node == low ? high : low;
    }

    private static String read(String key, String field) {
        try (Jedis redis = node(key).client()) {
            return redis.hget(key, field);
        }
    }
}
