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
    void newKeysOfASlotThatIsBeingMovedWaitUntilItHasMoved() {
        try (Sink sink = new Sink(low.uri(), Map.of("name", "asked", "key.template", "{asked}:${key}"), orders);
                Jedis from = node("{asked}").client();
                Jedis to = other(node("{asked}")).client()) {
            fill(0, 10);
            sink.drain();
            int slot = JedisClusterCRC16.getSlot("{asked}");
            to.clusterSetSlotImporting(slot, from.clusterMyId());
            from.clusterSetSlotMigrating(slot, to.clusterMyId());
            fill(10, 60);
            assertThatThrownBy(() -> sink.task().put(orders.next(100)))
                    .isInstanceOf(RetriableException.class)
                    .hasMessageContaining("ASK");
            assertThat(sink.context.paused()).containsExactly(orders.id());
            from.keys("*{asked}*").forEach(from::del);
            to.clusterSetSlotNode(slot, to.clusterMyId());
            from.clusterSetSlotNode(slot, to.clusterMyId());
            Awaitility.await().until(() -> {
                sink.drain();
                return orders.isConsumed();
            });
            assertThat(to.keys("{asked}:*").stream().filter(key -> !key.contains("ledger")))
                    .contains("{asked}:k10", "{asked}:k59");
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
        for (int i = from; i < to; i++) {
            orders.append("k" + i, Map.of("n", i));
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
