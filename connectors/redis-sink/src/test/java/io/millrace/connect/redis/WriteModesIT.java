package io.millrace.connect.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.awaitility.Awaitility.await;

import io.millrace.connect.commons.testing.Partition;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.StreamEntryID;

class WriteModesIT {

    @TempDir
    static Path folder;

    private static RedisServer server;

    private final Partition topic = new Partition("t", 0);
    private Partition[] partitions = {};
    private Jedis redis;
    private Sink sink;

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
        redis = server.client();
        redis.flushAll();
    }

    @AfterEach
    void stop() {
        if (sink != null) {
            sink.close();
        }
        redis.close();
    }

    @Test
    void hashesThatShareABatchWithOthersOfTheirKeyAreWrittenInTheirOrder() {
        // Another topic of the connector writes to the same keys, in another mode.
        Partition board = new Partition("board", 0);
        run(
                Map.of(
                        "key.template",
                        "k:${key}",
                        "write.mode.board",
                        "sorted_set",
                        "key.template.board",
                        "k:${key}",
                        "member.template.board",
                        "m",
                        "score.field.board",
                        "n"),
                topic,
                board);
        topic.append("a", Map.of("n", 1, "old", 1));
        topic.append("b", Map.of("n", 1, "old", 1));
        board.append("c", Map.of("n", 1));
        sink.drain();
        List<SinkRecord> both = new ArrayList<>();
        board.append("a", Map.of("n", 2));
        topic.append("a", Map.of("n", 2));
        topic.append("b", Map.of("n", 2));
        topic.append("c", Map.of("n", 2));
        both.add(board.log().get(1));
        both.addAll(topic.log().subList(2, 5));
        sink.task().put(both);
        sink.task().preCommit(Map.of());
        assertThat(redis.hgetAll("k:a")).isEqualTo(Map.of("n", "2"));
        assertThat(redis.hgetAll("k:b")).isEqualTo(Map.of("n", "2"));
        assertThat(redis.zscore("k:c", "m")).isEqualTo(1);
        assertThat(sink.context.deadLetters()).extracting(SinkRecord::topic).containsExactlyInAnyOrder("board", "t");
    }

    @Test
    void aMergedHashKeepsTheFieldsThatTheValueDoesNotName() {
        run(Map.of("hash.update", "merge"));
        redis.hset("t:k", Map.of("other", "stays", "gone", "x"));
        topic.append("k", fields("a", 1, "gone", null));
        topic.append("k", fields("b", fields("c", 2)));
        sink.drain();
        assertThat(redis.hgetAll("t:k")).isEqualTo(Map.of("other", "stays", "a", "1", "b.c", "2"));
        topic.append("k", null);
        topic.append("k", fields("a", 3));
        sink.drain();
        assertThat(redis.hgetAll("t:k")).isEqualTo(Map.of("a", "3"));
    }

    @Test
    void aNullStructOfAMergedHashTakesItsFieldsAway() {
        Schema city = SchemaBuilder.struct()
                .optional()
                .field("city", Schema.STRING_SCHEMA)
                .build();
        Schema schema = SchemaBuilder.struct()
                .field("n", Schema.INT32_SCHEMA)
                .field("address", city)
                .build();
        run(Map.of("hash.update", "merge"));
        topic.append("k", schema, new Struct(schema).put("n", 1).put("address", new Struct(city).put("city", "Bonn")));
        sink.drain();
        topic.append("k", schema, new Struct(schema).put("n", 2));
        sink.drain();
        assertThat(redis.hgetAll("t:k")).isEqualTo(Map.of("n", "2"));
    }

    @Test
    void aStringIsTheTextOfAScalarTheBytesAsTheyAreAndJsonOtherwise() {
        run(Map.of("write.mode", "string"));
        topic.append("text", "héllo");
        topic.append("number", Schema.INT64_SCHEMA, 42L);
        topic.append("time", Timestamp.SCHEMA, Date.from(Instant.parse("2015-05-17T10:05:00Z")));
        topic.append("bytes", Schema.BYTES_SCHEMA, ByteBuffer.wrap(new byte[] {0, (byte) 0xff}));
        topic.append("object", fields("a", List.of(1, "x"), "b", null));
        topic.append("gone", "x");
        topic.append("gone", null);
        sink.drain();
        assertThat(redis.get("t:text")).isEqualTo("héllo");
        assertThat(redis.get("t:number")).isEqualTo("42");
        assertThat(redis.get("t:time")).isEqualTo("2015-05-17T10:05:00Z");
        assertThat(redis.get("t:bytes".getBytes(StandardCharsets.UTF_8))).isEqualTo(new byte[] {0, (byte) 0xff});
        assertThat(redis.get("t:object")).isEqualTo("{\"a\":[1,\"x\"]}");
        assertThat(redis.exists("t:gone")).isFalse();
    }

    @Test
    void aSortedSetHasOneMemberForEachKeyWithItsNewestScore() {
        run(Map.of("write.mode", "sorted_set", "score.field", "stats.points", "key.template", "board:${value.game}"));
        topic.append("ann", fields("game", "go", "stats", fields("points", 7)));
        topic.append("bob", fields("game", "go", "stats", fields("points", 1.5)));
        topic.append("ann", fields("game", "go", "stats", fields("points", 2)));
        topic.append("eve", fields("game", "go", "stats", fields("points", "many")));
        sink.drain();
        assertThat(redis.zrangeWithScores("board:go", 0, -1))
                .extracting(tuple -> tuple.getElement() + "=" + tuple.getScore())
                .containsExactly("bob=1.5", "ann=2.0");
        assertThat(sink.context.deadLetters()).containsExactly(topic.log().get(3));
    }

    @Test
    void aTombstoneTakesTheMemberAndADeletedRowTheOneOfItsLastState() {
        run(
                Map.of(
                        "write.mode", "set",
                        "key.template.cdc", "members:${value.team}",
                        "member.template.cdc", "${value.name}",
                        "envelope.cdc", "debezium"),
                topic,
                new Partition("cdc", 0));
        Partition cdc = sinkPartition("cdc");
        topic.append("a", "x");
        topic.append("b", "x");
        topic.append("a", null);
        cdc.append("1", fields("op", "c", "after", fields("team", "red", "name", "ann")));
        cdc.append("2", fields("op", "r", "after", fields("team", "red", "name", "bob")));
        cdc.append("1", fields("op", "d", "before", fields("team", "red", "name", "ann"), "after", null));
        cdc.append("1", null);
        sink.drain();
        assertThat(redis.smembers("t")).containsExactly("b");
        assertThat(redis.smembers("members:red")).containsExactly("bob");
        // The tombstone that follows the deletion has nothing to find the member with.
        assertThat(sink.context.deadLetters()).containsExactly(cdc.log().get(3));
    }

    @Test
    void aPlaceIsFoundNearby() {
        run(Map.of("write.mode", "geo", "key.template", "shops"));
        topic.append("bonn", fields("longitude", 7.1, "latitude", 50.73));
        topic.append("pole", fields("longitude", 0, "latitude", 90));
        topic.append("rome", fields("longitude", 12.5, "latitude", 41.9));
        topic.append("rome", null);
        sink.drain();
        assertThat(redis.zrange("shops", 0, -1)).containsExactly("bonn");
        assertThat(redis.geopos("shops", "bonn").get(0).getLatitude()).isCloseTo(50.73, offset(0.001));
        assertThat(sink.context.deadLetters()).containsExactly(topic.log().get(1));
    }

    @Test
    void aListKeepsTheNewestInOrder() {
        run(Map.of("write.mode", "list", "max.length", "3", "key.template", "last:${key}"));
        for (int i = 0; i < 5; i++) {
            topic.append("k", Integer.toString(i));
        }
        sink.drain();
        assertThat(redis.lrange("last:k", 0, -1)).containsExactly("2", "3", "4");
        sink.close();
        sink = new Sink(
                server.uri(),
                Map.of("name", "left", "write.mode", "list", "list.push", "left", "key.template", "first:${key}"),
                topic);
        topic.moveTo(0);
        sink.restart();
        sink.drain();
        assertThat(redis.lrange("first:k", 0, -1)).containsExactly("4", "3", "2", "1", "0");
    }

    @Test
    void aStreamHasAnEntryForEachRecord() {
        run(Map.of("write.mode", "stream"));
        topic.append("a", fields("n", 1, "b", fields("c", "x")));
        topic.append("a", "{\"n\": 2}");
        sink.drain();
        assertThat(redis.xrange("t", (StreamEntryID) null, null))
                .extracting(stored -> stored.getFields())
                .containsExactly(Map.of("n", "1", "b.c", "x"), Map.of("n", "2"));
    }

    @Test
    void aCounterAddsUpWhateverIsANumber() {
        run(Map.of("write.mode", "counter", "counter.fields.some", "hits"), topic, new Partition("some", 0));
        Partition some = sinkPartition("some");
        topic.append("k", fields("hits", 2, "bytes", 10L, "spent", new BigDecimal("0.10"), "page", "/"));
        topic.append("k", fields("hits", 3, "spent", new BigDecimal("0.20")));
        topic.append("n", Schema.INT32_SCHEMA, 5);
        topic.append("n", Schema.INT32_SCHEMA, -7);
        some.append("k", fields("hits", 1, "bytes", 10L));
        sink.drain();
        assertThat(redis.hgetAll("t:k")).isEqualTo(Map.of("hits", "5", "bytes", "10", "spent", "0.3"));
        assertThat(redis.get("t:n")).isEqualTo("-2");
        assertThat(redis.hgetAll("some:k")).isEqualTo(Map.of("hits", "1"));
    }

    @Test
    void aCounterThatIsNoNumberSendsItsRecordsToTheDeadLetterQueueAndTheOthersCountOnce() {
        run(Map.of("write.mode", "counter"));
        redis.hset("t:bad", "hits", "many");
        topic.append("bad", fields("hits", 1));
        topic.append("good", fields("hits", 1));
        sink.drain();
        sink.restart();
        topic.append("good", fields("hits", 1));
        sink.drain();
        assertThat(redis.hget("t:good", "hits")).isEqualTo("2");
        assertThat(sink.context.deadLetters()).containsExactly(topic.log().get(0));
    }

    @Test
    void differentElementsAreCountedAboutRight() {
        run(Map.of("write.mode", "hyperloglog", "member.template", "${value.visitor}"));
        for (int i = 0; i < 300; i++) {
            topic.append("k", fields("visitor", i % 100));
        }
        sink.drain();
        assertThat(redis.pfcount("t")).isBetween(95L, 105L);
    }

    @Test
    void messagesReachTheirSubscribersInOrder() {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        JedisPubSub listener = new JedisPubSub() {
            @Override
            public void onMessage(String channel, String message) {
                heard.add(channel + " " + message);
            }
        };
        Thread listening = new Thread(() -> {
            try (Jedis subscriber = server.client()) {
                subscriber.subscribe(listener, "news:a");
            }
        });
        listening.start();
        await().until(listener::isSubscribed);
        run(Map.of("write.mode", "publish", "key.template", "news:${key}"));
        topic.append("a", fields("n", 1));
        topic.append("a", "two");
        topic.append("a", null);
        sink.drain();
        await().until(() -> heard.size() == 2);
        listener.unsubscribe();
        assertThat(heard).containsExactly("news:a {\"n\":1}", "news:a two");
    }

    private void run(Map<String, String> more, Partition... partitions) {
        this.partitions = partitions.length == 0 ? new Partition[] {topic} : partitions;
        sink = new Sink(server.uri(), more, this.partitions);
    }

    private Partition sinkPartition(String name) {
        return Arrays.stream(partitions)
                .filter(partition -> partition.id().topic().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** A map that may hold nulls. */
    private static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }
}
