package io.millrace.connect.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.millrace.connect.commons.testing.Partition;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** How values become text, change events states, and times to live expiry. */
class ValuesIT {

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
    void jsonTextHasFieldsWhereTheyAreNeeded() {
        run(Map.of());
        topic.append("k", "{\"a\": {\"b\": 1.50}, \"c\": null}");
        topic.append("no", "[1]");
        sink.drain();
        assertThat(redis.hgetAll("t:k")).isEqualTo(Map.of("a.b", "1.50"));
        assertThat(sink.context.deadLetters()).containsExactly(topic.log().get(1));
    }

    @Test
    void changeEventsOfDebeziumAreUnwrapped() {
        run(Map.of());
        topic.append("k", fields("op", "c", "after", fields("a", 1), "source", fields("lsn", 1)));
        topic.append("gone", fields("op", "c", "after", fields("a", 1), "source", fields("lsn", 2)));
        topic.append("gone", fields("op", "d", "before", fields("a", 1), "after", null, "source", fields("lsn", 3)));
        topic.append("gone", null);
        topic.append("k", fields("op", "t", "after", null, "source", fields("lsn", 4)));
        sink.drain();
        assertThat(redis.hgetAll("t:k")).isEqualTo(Map.of("a", "1"));
        assertThat(redis.exists("t:gone")).isFalse();
        assertThat(sink.context.deadLetters()).isEmpty();
    }

    @Test
    void theTimeToLiveComesFromHeaderFieldOrConfigurationInThisOrder() {
        run(Map.of("ttl.ms", "100000", "ttl.field", "ttl", "ttl.header", "ttl", "ttl.jitter.percent", "10"));
        topic.append("config", fields("a", 1));
        topic.append("field", fields("a", 1, "ttl", 200_000));
        topic.append("header", fields("a", 1, "ttl", 200_000));
        topic.log().get(2).headers().addLong("ttl", 400_000);
        topic.append("never", fields("a", 1));
        topic.log().get(3).headers().addString("ttl", "0");
        topic.append("bad", fields("a", 1, "ttl", "soon"));
        sink.drain();
        assertThat(redis.pttl("t:config")).isBetween(80_000L, 100_000L);
        assertThat(redis.pttl("t:field")).isBetween(170_000L, 200_000L);
        assertThat(redis.pttl("t:header")).isBetween(350_000L, 400_000L);
        assertThat(redis.pttl("t:never")).isEqualTo(-1);
        assertThat(sink.context.deadLetters()).containsExactly(topic.log().get(4));
    }

    @Test
    void everyModeCanExpire() {
        Map<String, String> modes = new HashMap<>(Map.of("ttl.ms", "60000", "score.field", "n"));
        List<Partition> topics = new ArrayList<>();
        for (WriteMode mode : WriteMode.values()) {
            if (mode != WriteMode.JSON && mode != WriteMode.PUBLISH) {
                modes.put("write.mode." + mode.configName(), mode.configName());
                topics.add(new Partition(mode.configName(), 0));
            }
        }
        modes.put("write.mode.merged", "hash");
        modes.put("hash.update.merged", "merge");
        topics.add(new Partition("merged", 0));
        run(modes, topics.toArray(Partition[]::new));
        topics.forEach(each -> each.append("k", fields("n", 1, "longitude", 1, "latitude", 1)));
        sink.drain();
        assertThat(redis.keys("*")).hasSize(2 * topics.size());
        topics.forEach(each -> {
            String name = each.id().topic();
            String key = redis.exists(name) ? name : name + ":k";
            assertThat(redis.pttl(key)).as(key).isBetween(1L, 60_000L);
        });
    }

    @Test
    void everyConnectAndLogicalTypeHasItsDocumentedText() {
        Schema schema = SchemaBuilder.struct()
                .field("int8", Schema.INT8_SCHEMA)
                .field("int64", Schema.INT64_SCHEMA)
                .field("float32", Schema.FLOAT32_SCHEMA)
                .field("float64", Schema.FLOAT64_SCHEMA)
                .field("boolean", Schema.BOOLEAN_SCHEMA)
                .field("string", Schema.STRING_SCHEMA)
                .field("bytes", Schema.BYTES_SCHEMA)
                .field("decimal", Decimal.schema(2))
                .field("date", org.apache.kafka.connect.data.Date.SCHEMA)
                .field("time", Time.SCHEMA)
                .field("timestamp", Timestamp.SCHEMA)
                .field("array", SchemaBuilder.array(Decimal.schema(1)))
                .field("map", SchemaBuilder.map(Schema.STRING_SCHEMA, Timestamp.SCHEMA))
                .field("nothing", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
        Date moment = Date.from(Instant.parse("2015-05-17T10:05:00.120Z"));
        Struct value = new Struct(schema)
                .put("int8", (byte) -3)
                .put("int64", Long.MIN_VALUE)
                .put("float32", 1.1f)
                .put("float64", 1e21)
                .put("boolean", true)
                .put("string", "ä €")
                .put("bytes", new byte[] {1, 2})
                .put("decimal", new BigDecimal("-12345678901234567890.10"))
                .put("date", new Date(86_400_000L))
                .put("time", new Date(36_300_000L))
                .put("timestamp", moment)
                .put("array", List.of(new BigDecimal("1.0"), new BigDecimal("2.5")))
                .put("map", Map.of("at", moment));
        run(Map.of());
        topic.append("k", schema, value);
        sink.drain();
        assertThat(redis.hgetAll("t:k"))
                .containsOnly(
                        entry("int8", "-3"),
                        entry("int64", "-9223372036854775808"),
                        entry("float32", "1.1"),
                        entry("float64", "1.0E21"),
                        entry("boolean", "true"),
                        entry("string", "ä €"),
                        entry("bytes", "AQI="),
                        entry("decimal", "-12345678901234567890.10"),
                        entry("date", "1970-01-02"),
                        entry("time", "10:05:00"),
                        entry("timestamp", "2015-05-17T10:05:00.120Z"),
                        entry("array", "[1.0,2.5]"),
                        entry("map.at", "2015-05-17T10:05:00.120Z"));
    }

    private void run(Map<String, String> more, Partition... partitions) {
        this.partitions = partitions.length == 0 ? new Partition[] {topic} : partitions;
        sink = new Sink(server.uri(), more, this.partitions);
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
