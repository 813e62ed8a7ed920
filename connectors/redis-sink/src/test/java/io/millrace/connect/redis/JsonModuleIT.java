package io.millrace.connect.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.commons.testing.Partition;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * Write mode json with a server that has the JSON module. None comes with the tests, as its licence does not allow that; the
 * README says how to get one: {@code -Dmillrace.redis.stack=FOLDER}, with bin/redis-server and lib/rejson.so in it. The
 * random histories then have documents, too.
 */
@EnabledIfSystemProperty(named = "millrace.redis.stack", matches = ".+")
class JsonModuleIT {

    @TempDir
    Path folder;

    private final Partition orders = new Partition("orders", 0);

    @Test
    void documentsAreWrittenReplacedAndDeleted() throws Exception {
        try (RedisServer server = RedisServer.startWithJson(folder);
                Jedis redis = server.client()) {
            Map<String, String> json = Map.of("write.mode", "json", "delivery", "exactly_once");
            assertThat(errors(server)).isEmpty();
            try (Sink sink = new Sink(server.uri(), json, orders)) {
                orders.append("a", Map.of("n", 1, "tags", List.of("x", "y")));
                orders.append("b", "{\"text\": \"ü\"}");
                orders.append("c", Map.of("n", 1));
                orders.append("a", Map.of("n", 2));
                orders.append("c", null);
                orders.append("broken", "no json");
                redis.rpush("orders:taken", "a list");
                orders.append("taken", Map.of("n", 3));
                sink.drain();
                assertThat(document(redis, "orders:a")).isEqualTo("{\"n\":2}");
                assertThat(document(redis, "orders:b")).isEqualTo("{\"text\":\"ü\"}");
                assertThat(redis.exists("orders:c")).isFalse();
                assertThat(sink.context.deadLetters())
                        .extracting(record -> record.key())
                        .containsExactlyInAnyOrder("broken", "taken");
                assertThat(redis.hget("millrace:ledger:sink:orders:0", "count")).isEqualTo("7");
            }
            Map<String, String> expiring = Map.of("write.mode", "json", "ttl.ms", "60000", "name", "expiring");
            try (Sink sink = new Sink(server.uri(), expiring, orders)) {
                sink.drain();
                assertThat(redis.pttl("orders:a")).isBetween(1L, 60_000L);
            }
        }
    }

    private static String document(Jedis redis, String key) {
        return new String(
                (byte[]) redis.sendCommand(() -> "JSON.GET".getBytes(StandardCharsets.UTF_8), key),
                StandardCharsets.UTF_8);
    }

    private static List<String> errors(RedisServer server) {
        Map<String, String> properties = new HashMap<>(
                Map.of("name", "sink", "topics", "orders", "redis.uri", server.uri(), "write.mode", "json"));
        return new RedisSinkConnector()
                .validate(properties).configValues().stream()
                        .flatMap(value -> value.errorMessages().stream())
                        .toList();
    }
}
