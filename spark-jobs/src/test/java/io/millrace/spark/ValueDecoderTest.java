package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.RegistryException;
import io.millrace.schemas.SchemaRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;

class ValueDecoderTest {
    private static final Schema V1 =
            SchemaBuilder.record("E").fields().requiredString("id").endRecord();
    private static final Schema V2 = SchemaBuilder.record("E")
            .fields()
            .requiredString("id")
            .name("site")
            .type()
            .stringType()
            .stringDefault("default")
            .optionalLong("bytes")
            .endRecord();
    private static final Schema OTHER =
            SchemaBuilder.record("Other").fields().requiredLong("n").endRecord();
    private static final Map<Integer, Schema> REGISTRY = Map.of(1, V1, 2, V2, 3, OTHER);

    private final ValueDecoder decoder = TestCodecs.decoder(REGISTRY, V2);

    @Test
    void eachValueIsReadWithTheSchemaItWasWrittenWith() {
        GenericRecord old = new GenericRecordBuilder(V1).set("id", "a").build();
        GenericRecord current = new GenericRecordBuilder(V2)
                .set("id", "b")
                .set("site", "s")
                .set("bytes", 7L)
                .build();
        Decoded.Value first = (Decoded.Value) decoder.decode(new ValueEncoder(V1, 1).encode(old));
        Decoded.Value second = (Decoded.Value) decoder.decode(new ValueEncoder(V2, 2).encode(current));
        assertThat(first.record().toString()).isEqualTo("{\"id\": \"a\", \"site\": \"default\", \"bytes\": null}");
        assertThat(first.schemaId()).isEqualTo(1);
        assertThat(second.record()).isEqualTo(current);
    }

    @Test
    void fieldsThatNobodyAsksForAreSkippedAndJudgedAllTheSame() {
        GenericRecord event = new GenericRecordBuilder(V2)
                .set("id", "b")
                .set("site", "s")
                .set("bytes", 7L)
                .build();
        byte[] value = new ValueEncoder(V2, 2).encode(event);
        ValueDecoder some = TestCodecs.decoder(REGISTRY, V2, List.of("bytes", "unknown"));

        assertThat(((Decoded.Value) some.decode(value)).record().toString()).isEqualTo("{\"bytes\": 7}");
        assertThat(((Decoded.Value) some.decodeAgain(value)).record().toString())
                .isEqualTo("{\"bytes\": 7}");
        // Written before there was a site, and something that has none of the contract's fields.
        GenericRecord old = new GenericRecordBuilder(V1).set("id", "a").build();
        assertThat(((Decoded.Value) some.decode(new ValueEncoder(V1, 1).encode(old)))
                        .record()
                        .toString())
                .isEqualTo("{\"bytes\": null}");
        GenericRecord other = new GenericRecordBuilder(OTHER).set("n", 1L).build();
        byte[] stray = new ValueEncoder(OTHER, 3).encode(other);
        assertThat(some.decode(stray)).isEqualTo(decoder.decode(stray)).isInstanceOf(Decoded.Unreadable.class);
        byte[] cut = java.util.Arrays.copyOf(value, value.length - 1);
        assertThat(some.decode(cut)).isInstanceOf(Decoded.Unreadable.class);
    }

    @Test
    void whatIsNoValueIsUnreadableWithAReason() {
        GenericRecord event = new GenericRecordBuilder(V1).set("id", "abc").build();
        byte[] good = new ValueEncoder(V1, 1).encode(event);
        assertThat(reason(null)).contains("empty");
        assertThat(reason(new byte[] {1, 0, 0, 0, 1})).contains("byte 0");
        assertThat(reason(new byte[] {0, 0, 0})).contains("header");
        assertThat(reason(new byte[] {0, 0, 0, 0, 9, 1})).contains("no Avro schema with id 9");
        assertThat(reason(new byte[] {0, -1, 0, 0, 9, 1})).contains("no Avro schema with id");
        assertThat(reason(Arrays.copyOf(good, good.length + 1))).contains("left over");
        assertThat(reason(Arrays.copyOf(good, good.length - 1))).contains("no record of schema 1");
        GenericRecord other = new GenericRecordBuilder(OTHER).set("n", 5L).build();
        assertThat(reason(new ValueEncoder(OTHER, 3).encode(other))).contains("schema 3 does not fit the contract: ");
    }

    @Property(tries = 500)
    void garbageNeverThrows(@ForAll byte[] bytes) {
        byte[] value = new byte[bytes.length + 5];
        value[4] = 2;
        System.arraycopy(bytes, 0, value, 5, bytes.length);
        assertThat(decoder.decode(value)).isNotNull();
        assertThat(decoder.decode(bytes)).isNotNull();
    }

    @Test
    void aRegistryThatCannotBeReachedIsAskedAgainUntilTheBudgetIsSpent() {
        StoppedClock clock = new StoppedClock();
        AtomicInteger calls = new AtomicInteger();
        // Nobody listens on port 1, so this is the registry's own way to fail.
        SchemaRegistry unreachable = new SchemaRegistry("http://127.0.0.1:1");
        SchemaLookup lookup = new SchemaLookup(
                id -> {
                    calls.incrementAndGet();
                    return unreachable.schema(id);
                },
                clock,
                clock::advance,
                new SplittableRandom(1));
        assertThatThrownBy(() -> new ValueDecoder(lookup, V2).decode(new byte[] {0, 0, 0, 0, 2, 0}))
                .isInstanceOf(RegistryException.class);
        assertThat(calls.get()).isGreaterThan(5);
        assertThat(clock.elapsed()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(34));
    }

    @Test
    void anUnknownIdIsAskedForOncePerMoment() {
        StoppedClock clock = new StoppedClock();
        AtomicInteger calls = new AtomicInteger();
        SchemaLookup lookup = new SchemaLookup(
                id -> {
                    calls.incrementAndGet();
                    return Optional.empty();
                },
                clock,
                clock::advance,
                new SplittableRandom(1));
        for (int i = 0; i < 1000; i++) {
            assertThat(lookup.schema(77)).isEmpty();
        }
        assertThat(calls).hasValue(1);
        clock.advance(11_000);
        lookup.schema(77);
        assertThat(calls).hasValue(2);
    }

    private String reason(byte[] value) {
        return ((Decoded.Unreadable) decoder.decode(value)).reason();
    }

    private static final class StoppedClock extends Clock {
        private final AtomicLong millis = new AtomicLong();

        void advance(long by) {
            millis.addAndGet(by);
        }

        Duration elapsed() {
            return Duration.ofMillis(millis.get());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis.get());
        }
    }
}
