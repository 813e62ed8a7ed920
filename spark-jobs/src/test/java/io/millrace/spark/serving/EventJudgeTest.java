package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Catalogue;
import io.millrace.spark.TestCodecs;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;

class EventJudgeTest {
    private static final Schema EVENT =
            Catalogue.bundled().require("web.events").requireValue();
    private static final Schema QUARANTINE =
            Catalogue.bundled().require("quarantine.web.events").requireValue();
    private static final SourceRecord SOURCE = new SourceRecord("web.events", 3, 44);
    private static final long RECEIVED = 1_700_000_000_000L;

    private final EventJudge judge = new EventJudge(
            TestCodecs.decoder(Map.of(7, EVENT), EVENT, EventJudge.FIELDS),
            TestCodecs.decoder(Map.of(7, EVENT), EVENT),
            TestCodecs.encoder(QUARANTINE, 1),
            new TimeRules(Duration.ofHours(1), null));

    @Test
    void anEventAsTheContractSaysIsGood() {
        assertThat(judge("e", "u", "s", RECEIVED)).isInstanceOf(Verdict.Good.class);
    }

    @Test
    void anEventMayLieAnHourAheadAndNotMore() {
        long hour = Duration.ofHours(1).toMillis();
        assertThat(judge("e", "u", "s", RECEIVED + hour)).isInstanceOf(Verdict.Good.class);
        GenericRecord failure = failure(judge("e", "u", "s", RECEIVED + hour + 1));
        assertThat(failure.get("stage")).hasToString("time");
        assertThat(failure.get("field")).hasToString("event_time");
    }

    @Test
    void emptyIdentitiesBreakTheContract() {
        assertThat(failure(judge("", "u", "s", RECEIVED)).get("field")).hasToString("event_id");
        assertThat(failure(judge("e", " ", "s", RECEIVED)).get("field")).hasToString("user_id");
        assertThat(failure(judge("e", "u", "", RECEIVED)).get("field")).hasToString("site");
        assertThat(failure(judge("e", "u", "a|b", RECEIVED)).get("stage")).hasToString("contract");
    }

    @Test
    void aQuarantinedEventKeepsItsColumnsItsPlaceAndItsBytes() {
        byte[] bytes = wire("e", "", "s", RECEIVED);
        GenericRecord set = ((Verdict.Bad) judge.judge(bytes, SOURCE, 99)).quarantined();
        assertThat(set.get("event_id")).hasToString("e");
        assertThat(set.get("payload")).isEqualTo(ByteBuffer.wrap(bytes));
        assertThat(set.get("quarantined_at")).isEqualTo(99L);
        GenericRecord failure = (GenericRecord) set.get("failure");
        assertThat(failure.get("topic")).isEqualTo("web.events");
        assertThat(failure.get("partition")).isEqualTo(3);
        assertThat(failure.get("offset")).isEqualTo(44L);
        assertThat(failure.get("schema_id")).isEqualTo(7);
        assertThat(TestCodecs.encoder(QUARANTINE, 1).encode(set)).isNotEmpty();
    }

    @Test
    void garbageAndTombstonesFailAtDecoding() {
        GenericRecord garbage = failure(judge.judge("not avro".getBytes(), SOURCE, 0));
        assertThat(garbage.get("stage")).isEqualTo("decode");
        assertThat(garbage.get("message").toString()).doesNotContain("not avro");
        Verdict.Bad tombstone = (Verdict.Bad) judge.judge(null, SOURCE, 0);
        assertThat(tombstone.quarantined().get("payload")).isNull();
        assertThat(TestCodecs.encoder(QUARANTINE, 1).encode(tombstone.quarantined()))
                .isNotEmpty();
    }

    private Verdict judge(String id, String user, String site, long time) {
        return judge.judge(wire(id, user, site, time), SOURCE, 0);
    }

    private static GenericRecord failure(Verdict verdict) {
        return (GenericRecord) ((Verdict.Bad) verdict).quarantined().get("failure");
    }

    private static byte[] wire(String id, String user, String site, long time) {
        GenericRecord event = new GenericRecordBuilder(EVENT)
                .set("event_id", id)
                .set("event_time", time)
                .set("received_at", RECEIVED)
                .set("site", site)
                .set("user_id", user)
                .set("page", "/")
                .build();
        return TestCodecs.encoder(EVENT, 7).encode(event);
    }
}
