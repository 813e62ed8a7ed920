package io.millrace.connect.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.commons.testing.Partition;
import io.millrace.connect.commons.testing.RecordingContext;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.connect.errors.RetriableException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.exceptions.JedisException;

/** What happens to non-idempotent writes, of which any loss or repetition can be seen. */
class FaultsIT {

    /** Longer runs: {@code -Dmillrace.redis.pause.ms=30000}. */
    private static final long PAUSE_MS = Long.getLong("millrace.redis.pause.ms", 3_000);

    @TempDir
    static Path folder;

    private static RedisServer server;

    private final Partition events = new Partition("events", 0);

    @BeforeAll
    static void startRedis() throws IOException {
        server = RedisServer.start(folder);
    }

    @AfterAll
    static void stopRedis() {
        server.close();
    }

    @BeforeEach
    void emptyTheStore() {
        try (Jedis redis = server.client()) {
            redis.flushAll();
        }
    }

    @Test
    void anOlderTaskIsFencedOffAndNothingIsAddedTwice() {
        try (Sink older = list(Map.of());
                Jedis redis = server.client()) {
            append(10);
            older.drain();
            RecordingContext newerContext = new RecordingContext(false);
            RedisSinkTask newer = new RedisSinkTask();
            newer.initialize(newerContext);
            newer.start(older.properties);
            events.assign(newer);
            append(10);
            older.task().put(events.next(100));
            assertThat(redis.llen("events")).isEqualTo(10);
            assertThat(older.task().preCommit(Map.of(events.id(), new OffsetAndMetadata(20))))
                    .isEmpty();
            events.drain(newer, newerContext, 500, 10);
            older.task().put(events.log().subList(5, 20));
            assertThat(redis.lrange("events", 0, -1)).isEqualTo(numbers(20));
            newer.stop();
        }
    }

    @Test
    void aTaskThatIsOvertakenBetweenTwoOfItsBatchesWritesNoneOfTheSecond() {
        try (Sink older = list(Map.of("batch.max.records", "5"));
                Jedis redis = server.client()) {
            append(5);
            older.drain();
            // What a newer task does first.
            redis.hset("millrace:ledger:sink:events:0", "epoch", "9999999999999");
            append(12);
            older.task().put(events.next(100));
            assertThat(redis.llen("events")).isEqualTo(5);
            assertThat(number("fenced-partitions")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "hash, replace",
        "hash, merge",
        "set, ",
        "sorted_set, ",
        "geo, ",
        "list, ",
        "stream, ",
        "counter, ",
        "hyperloglog, "
    })
    void aKeyOfAnotherTypeIsLeftAloneAndDoesNotExpire(String mode, String update) {
        for (String delivery : List.of("exactly_once", "at_least_once")) {
            Map<String, String> properties = new HashMap<>(Map.of(
                    "write.mode", mode, "key.template", "own:${key}", "member.template", "${key}", "score.field", "n"));
            properties.putAll(Map.of("geo.longitude.field", "n", "geo.latitude.field", "n", "ttl.ms", "60000"));
            properties.putAll(Map.of("delivery", delivery, "name", delivery));
            if (update != null) {
                properties.put("hash.update", update);
            }
            try (Jedis redis = server.client()) {
                redis.flushAll();
                // A message of a stranger, of a type that no mode but string has a use for.
                boolean counts = mode.equals("hyperloglog") || mode.equals("counter");
                if (counts) {
                    redis.rpush("own:taken", "foreign");
                } else {
                    redis.set("own:taken", "foreign");
                }
                Partition records = new Partition("records", 0);
                records.append("taken", Map.of("n", 1));
                records.append("free", Map.of("n", 1));
                try (Sink sink = new Sink(server.uri(), properties, records)) {
                    sink.drain();
                    assertThat(sink.context.deadLetters())
                            .extracting(record -> record.key())
                            .containsExactly("taken");
                }
                assertThat(redis.pttl("own:taken")).isEqualTo(-1);
                assertThat(redis.type("own:taken")).isEqualTo(counts ? "list" : "string");
                assertThat(redis.pttl("own:free")).isBetween(1L, 60_000L);
            }
        }
    }

    @RepeatedTest(3)
    void aTaskThatIsOvertakenWhileItWritesAddsNothingTwice() throws Exception {
        Partition same = new Partition("events", 0);
        append(6_000);
        events.log().forEach(record -> same.append("k", record.value()));
        Map<String, String> small = Map.of("batch.max.records", "20");
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Sink older = list(small);
                Jedis redis = server.client()) {
            Future<?> writing = thread.submit(older::drain);
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> redis.llen("events") > 1_000);
            Map<String, String> properties = new HashMap<>(small);
            properties.put("write.mode", "list");
            try (Sink newer = new Sink(server.uri(), properties, same)) {
                assertThat(writing.isDone()).isFalse();
                newer.drain();
                writing.get(60, TimeUnit.SECONDS);
            }
            assertThat(redis.lrange("events", 0, -1)).isEqualTo(numbers(6_000));
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void aPartitionThatMovesAwayDoesNotDisturbTheOthers() {
        Partition other = new Partition("other", 0);
        Map<String, String> lists = Map.of("write.mode", "list");
        try (Sink first = new Sink(server.uri(), lists, events, other);
                Jedis redis = server.client()) {
            append(5);
            other.append("k", "0");
            first.drain();
            first.task().close(List.of(other.id()));
            try (Sink second = new Sink(server.uri(), lists, other)) {
                other.append("k", "1");
                second.drain();
                append(5);
                first.task().put(events.next(100));
                assertThat(redis.lrange("events", 0, -1)).isEqualTo(numbers(10));
                assertThat(redis.lrange("other", 0, -1)).isEqualTo(numbers(2));
            }
        }
    }

    @Test
    void aLedgerThatSomebodyTouchesIsReadAgainAndTheTaskGoesOn() {
        try (Sink sink = list(Map.of());
                Jedis redis = server.client()) {
            append(5);
            sink.drain();
            redis.hset("millrace:ledger:sink:events:0", "note", "touched");
            append(5);
            sink.drain();
            assertThat(redis.lrange("events", 0, -1)).isEqualTo(numbers(10));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exactly_once", "at_least_once"})
    void aPausedRedisIsWaitedForWithPausedPartitionsAndAGauge(String delivery) {
        try (Sink sink = list(Map.of("delivery", delivery, "socket.timeout.ms", "500"));
                Jedis redis = server.client()) {
            append(50);
            sink.drain();
            redis.clientPause(PAUSE_MS);
            append(50);
            assertThatThrownBy(() -> sink.task().put(events.next(100))).isInstanceOf(RetriableException.class);
            assertThat(sink.context.paused()).containsExactly(events.id());
            assertThat(number("available")).isEqualTo(0);
            assertThat(number("outage-ms").longValue()).isBetween(0L, PAUSE_MS);
            Awaitility.await().atMost(Duration.ofMillis(PAUSE_MS + 10_000)).until(() -> {
                sink.drain();
                return events.isConsumed();
            });
            if (delivery.equals("exactly_once")) {
                assertThat(redis.lrange("events", 0, -1)).isEqualTo(numbers(100));
            } else {
                assertThat(redis.lrange("events", 0, -1)).containsAll(numbers(100));
            }
            assertThat(sink.context.paused()).isEmpty();
            assertThat(number("available")).isEqualTo(1);
        }
    }

    @Test
    void aRedisThatStopsReadingDoesNotHoldTheTask() throws IOException {
        try (Sink sink = list(Map.of("socket.timeout.ms", "700", "batch.max.bytes", "200000000"))) {
            String large = "x".repeat(1_000_000);
            for (int i = 0; i < 30; i++) {
                events.append("k", i + large);
            }
            server.freeze();
            try {
                long before = System.nanoTime();
                assertThatThrownBy(() -> sink.task().put(events.next(100)))
                        .isInstanceOf(RetriableException.class)
                        .hasMessageContaining("did not take a batch within 700 ms");
                assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
            } finally {
                server.thaw();
            }
            sink.drain();
            try (Jedis redis = server.client()) {
                assertThat(redis.llen("events")).isEqualTo(30);
            }
        }
    }

    @Test
    void aRedisThatIsStillLoadingIsWaitedFor() throws IOException {
        try (Sink sink = list(Map.of("write.mode", "string"))) {
            events.append("before", "v");
            sink.drain();
            try (Jedis redis = server.client();
                    Pipeline pipeline = redis.pipelined()) {
                for (int i = 0; i < 20_000; i++) {
                    pipeline.set("other:" + i, "v");
                }
            }
            server.kill();
            // Redis looks at its clients after every thousand commands that it reads back.
            server.startLoading("--key-load-delay", "30");
            Awaitility.await().pollInterval(Duration.ofMillis(5)).until(FaultsIT::isLoading);
            events.append("after", "v");
            List<String> refusals = new ArrayList<>();
            Awaitility.await().pollInterval(Duration.ofMillis(20)).until(() -> {
                try {
                    sink.task().put(events.next(100));
                    return true;
                } catch (RetriableException unavailable) {
                    refusals.add(unavailable.getMessage());
                    return false;
                }
            });
            assertThat(refusals).anyMatch(message -> message.contains("LOADING"));
            try (Jedis redis = server.client()) {
                assertThat(redis.exists("events:before", "events:after")).isEqualTo(2);
            }
        } finally {
            server.kill();
            server.start();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exactly_once", "at_least_once"})
    void aRedisThatIsFullOrReadOnlyTakesNothingInPart(String delivery) {
        try (Sink sink = list(Map.of("delivery", delivery));
                Jedis redis = server.client()) {
            append(5);
            sink.drain();
            redis.configSet("maxmemory", "1");
            append(5);
            assertThatThrownBy(() -> sink.task().put(events.next(100)))
                    .isInstanceOf(RetriableException.class)
                    .hasMessageContaining("OOM");
            redis.configSet("maxmemory", "0");
            sink.drain();
            redis.replicaof("127.0.0.1", 1);
            append(5);
            assertThatThrownBy(() -> sink.task().put(events.next(100)))
                    .isInstanceOf(RetriableException.class)
                    .hasMessageContaining("READONLY");
            redis.replicaofNoOne();
            sink.drain();
            assertThat(redis.lrange("events", 0, -1)).isEqualTo(numbers(15));
        }
    }

    private static boolean isLoading() {
        try (Jedis redis = server.client()) {
            redis.ping();
            return false;
        } catch (JedisException refused) {
            return refused.getMessage().startsWith("LOADING");
        }
    }

    private static Number number(String metric) {
        try {
            return (Number) ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(
                            new ObjectName("io.millrace.connect:type=redis-sink,connector=\"sink\",task=\"0\""),
                            metric);
        } catch (JMException missing) {
            throw new AssertionError(missing);
        }
    }

    private Sink list(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(Map.of("write.mode", "list"));
        properties.putAll(more);
        return new Sink(server.uri(), properties, events);
    }

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            events.append("k", Long.toString(events.end()));
        }
    }

    private static List<String> numbers(int end) {
        return IntStream.range(0, end).mapToObj(Integer::toString).toList();
    }
}
