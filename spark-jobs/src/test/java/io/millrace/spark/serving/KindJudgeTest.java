package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.LateData;
import io.millrace.spark.TestCodecs;
import io.millrace.spark.ValueEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

class KindJudgeTest {
    private static final Schema MICROS = LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
    private static final Schema EVENT = SchemaBuilder.record("Event")
            .fields()
            .optionalLong("id")
            .name("at")
            .type(Schema.createUnion(Schema.create(Schema.Type.NULL), MICROS))
            .withDefault(null)
            .optionalLong("got")
            .endRecord();
    private static final ValueEncoder QUARANTINE =
            TestCodecs.encoder(Catalogue.bundled().require("quarantine.events").requireValue(), 9);
    private static final SourceRecord SOURCE = new SourceRecord("kind", 1, 7);
    private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final LateData QUARANTINES =
            new LateData(Duration.ofHours(1), Optional.of(Duration.ofHours(2)), LateData.Policy.QUARANTINE);

    @Test
    void timesAreReadInTheirUnits() {
        assertCounts(
                judge(QUARANTINES, 5L, NOON * 1_000 + 999, NOON + 1), "5", new Freshness(NOON, NOON + 1, NOON + 1));
    }

    @Test
    void whatIsMissingIsReplaced() {
        // No event time: the received time. No received time either: the Kafka timestamp. No id: the record itself.
        assertCounts(judge(QUARANTINES, null, null, NOON), null, new Freshness(NOON, NOON, NOON));
        assertCounts(judge(QUARANTINES, null, null, null), null, new Freshness(NOON + 500, NOON + 500, NOON + 500));
    }

    @Test
    void lateEventsAreAcceptedUnlessThePolicySaysOtherwise() {
        long early = NOON - Duration.ofHours(2).toMillis();
        LateData accepts = new LateData(QUARANTINES.future(), QUARANTINES.allowed(), LateData.Policy.ACCEPT);
        assertThat(judge(QUARANTINES, 1L, early * 1_000, NOON)).isInstanceOf(KindJudge.Counts.class);
        assertThat(judge(accepts, 1L, (early - 1) * 1_000, NOON)).isInstanceOf(KindJudge.Counts.class);
        GenericRecord late = setAside(judge(QUARANTINES, 1L, (early - 1) * 1_000, NOON));
        assertThat(late.get("kind")).isEqualTo("kind");
        assertThat(late.get("event_id")).isEqualTo("1");
        assertThat(late.get("event_time")).isEqualTo(early - 1);
        assertThat(late.get("received_at")).isEqualTo(NOON);
        assertThat(failure(late))
                .isEqualTo("time|at|at 2026-03-01T09:59:59.999Z lies more than PT2H behind got 2026-03-01T12:00:00Z|7");
    }

    @Test
    void anEventFromTheFutureIsSetAsideWhateverThePolicy() {
        long limit = NOON + Duration.ofHours(1).toMillis();
        assertThat(judge(LateData.DEFAULT, 1L, limit * 1_000, NOON)).isInstanceOf(KindJudge.Counts.class);
        assertThat(failure(setAside(judge(LateData.DEFAULT, 1L, (limit + 1) * 1_000, NOON))))
                .startsWith("time|at|at 2026-03-01T13:00:00.001Z lies more than PT1H ahead of got");
    }

    @Test
    void aTimeThatIsNoDateIsSetAside() {
        assertThat(failure(setAside(judge(LateData.DEFAULT, 1L, Long.MIN_VALUE, NOON))))
                .endsWith("lies outside of the years 1 to 9999|7");
    }

    @Test
    void whatCannotBeReadIsSetAsideWithItsBytes() {
        KindJudge judge = judge(LateData.DEFAULT);
        GenericRecord bad = setAside(judge.judge(new byte[] {1, 2, 3}, SOURCE, NOON, NOON + 9));
        assertThat(failure(bad)).startsWith("decode|null|the value does not begin");
        assertThat(bad.get("payload")).isEqualTo(java.nio.ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThat(bad.get("quarantined_at")).isEqualTo(NOON + 9);
        assertThat(QUARANTINE.encode(bad)).isNotEmpty();
        assertThat(QUARANTINE.encode(setAside(judge.judge(null, SOURCE, -1, NOON))))
                .isNotEmpty();
    }

    private static void assertCounts(KindJudge.Judgement judgement, String id, Freshness freshness) {
        KindJudge.Counts counts = (KindJudge.Counts) judgement;
        assertThat(counts.id()).isEqualTo(id);
        assertThat(counts.freshness()).isEqualTo(freshness);
    }

    private static KindJudge judge(LateData late) {
        EventKind kind = new EventKind("kind", "id", "at", "got", TimeRules.of(late));
        return new KindJudge(kind, TestCodecs.decoder(Map.of(7, EVENT), EVENT), QUARANTINE);
    }

    private static KindJudge.Judgement judge(LateData late, Long id, Long at, Long got) {
        GenericRecord event = new GenericData.Record(EVENT);
        event.put("id", id);
        event.put("at", at);
        event.put("got", got);
        return judge(late).judge(TestCodecs.encoder(EVENT, 7).encode(event), SOURCE, NOON + 500, NOON + 1_000);
    }

    private static GenericRecord setAside(KindJudge.Judgement judgement) {
        return ((KindJudge.SetAside) judgement).quarantined();
    }

    private static String failure(GenericRecord quarantined) {
        GenericRecord failure = (GenericRecord) quarantined.get("failure");
        assertThat(failure.get("topic")).isEqualTo("kind");
        assertThat(failure.get("partition")).isEqualTo(1);
        return failure.get("stage") + "|" + failure.get("field") + "|" + failure.get("message") + "|"
                + failure.get("offset");
    }
}
