package io.millrace.connect.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.commons.testing.Partition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

class SentinelIT {

    @TempDir
    Path folder;

    @Test
    void aFailoverLosesNothingAndAddsNothingTwice() throws IOException {
        Path first = Files.createDirectory(folder.resolve("first"));
        Path second = Files.createDirectory(folder.resolve("second"));
        Path third = Files.createDirectory(folder.resolve("third"));
        try (RedisServer master = RedisServer.start(first);
                RedisServer replica = RedisServer.start(
                        second, "--replicaof", "127.0.0.1", "" + master.port(), "--repl-diskless-sync-delay", "0");
                RedisServer sentinel = RedisServer.startSentinel(third, master.port())) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() ->
                            info(sentinel).contains("slaves=1") && info(replica).contains("master_link_status:up"));
            Partition events = new Partition("events", 0);
            try (Sink sink =
                    new Sink(sentinel.uri(), Map.of("write.mode", "list", "redis.sentinel.master", "main"), events)) {
                append(events, 100);
                sink.drain();
                try (Jedis redis = replica.client()) {
                    Awaitility.await().until(() -> redis.llen("events") == 100);
                }
                master.kill();
                append(events, 100);
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                    sink.drain();
                    return events.isConsumed();
                });
                try (Jedis redis = replica.client()) {
                    assertThat(redis.lrange("events", 0, -1)).isEqualTo(numbers(200));
                }
            }
        }
    }

    private static String info(RedisServer server) {
        try (Jedis redis = server.client()) {
            return redis.info();
        }
    }

    private static void append(Partition events, int count) {
        for (int i = 0; i < count; i++) {
            events.append("k", Long.toString(events.end()));
        }
    }

    private static List<String> numbers(int end) {
        return IntStream.range(0, end).mapToObj(Integer::toString).toList();
    }
}
