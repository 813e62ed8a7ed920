package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millrace.schemas.Catalogue;
import io.millrace.spark.Decoded;
import io.millrace.spark.TestCodecs;
import io.millrace.spark.ValueEncoder;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;

class QualityHistoryTest {
    private static final long HOUR = QualityHistory.HOUR;
    private static final long MONDAY = Instant.parse("2026-03-02T00:00:00Z").toEpochMilli();
    private static final Schema EVENT = SchemaBuilder.record("E")
            .fields()
            .optionalString("note")
            .requiredInt("status")
            .endRecord();
    private static final QualityRules RULES = new QualityRules(
            List.of("note"),
            new TreeMap<>(Map.of(
                    "note", new QualityRules.Rule(null, null, 0.5, List.of()),
                    "status",
                            new QualityRules.Rule(BigDecimal.valueOf(100), BigDecimal.valueOf(599), null, List.of()))),
            null,
            null);

    private final QualityRows rows = new QualityRows(Map.of("k", RULES), false);
    private final ValueEncoder encoder =
            TestCodecs.encoder(Catalogue.bundled().require(QualityRows.TOPIC).requireValue(), 1);
    private final Map<String, GenericRecord> shown = new TreeMap<>();
    private byte[] state;

    @Test
    void anHourWithFarFewerRecordsThanTheSameHourOfOtherDaysIsADropWhenItIsOver() {
        for (int day = 0; day < 3; day++) {
            batch(MONDAY + (day * 24 + 10) * HOUR, 300);
        }
        long wednesday = MONDAY + (3 * 24 + 10) * HOUR;
        batch(wednesday, 30);
        assertThat(row(wednesday).get("expected")).isEqualTo(300.0);
        assertThat(row(wednesday).get("volume")).hasToString("normal");
        assertThat(row(wednesday).get("complete")).isEqualTo(false);
        wakeUp(wednesday + HOUR);
        assertThat(row(wednesday).get("volume")).hasToString("drop");
        assertThat(row(wednesday).get("complete")).isEqualTo(true);
    }

    @Test
    void anHourInWhichNothingCameIsADropToo() {
        for (int day = 0; day < 3; day++) {
            batch(MONDAY + (day * 24 + 10) * HOUR, 300);
        }
        long silent = MONDAY + (3 * 24 + 10) * HOUR;
        wakeUp(silent + HOUR);
        assertThat(row(silent).get("records")).isEqualTo(0L);
        assertThat(row(silent).get("volume")).hasToString("drop");
    }

    @Test
    void farMoreRecordsAreASpikeAtOnce() {
        batch(MONDAY + 10 * HOUR, 300);
        batch(MONDAY + 34 * HOUR, 901);
        assertThat(row(MONDAY + 34 * HOUR).get("volume")).hasToString("spike");
        assertThat(row(MONDAY + 10 * HOUR).get("volume")).hasToString("unknown");
    }

    @Test
    void nullsFailuresAndValuesThatAreNotExpectedAreTold() {
        HourQuality hour = HourQuality.at(MONDAY);
        for (int i = 0; i < 10; i++) {
            hour.count(HourQuality.Count.RECORDS);
        }
        hour.count(HourQuality.Count.DECODE);
        hour.count(HourQuality.Count.TIME);
        for (int i = 0; i < 8; i++) {
            RULES.look(
                    new GenericRecordBuilder(EVENT)
                            .set("note", i < 2 ? "n" : null)
                            .set("status", i == 0 ? 700 : 200)
                            .build(),
                    hour);
        }
        batch(MONDAY, hour);
        GenericRecord row = row(MONDAY);
        assertThat(row.get("records")).isEqualTo(10L);
        assertThat(row.get("schema_mismatches")).isEqualTo(1L);
        assertThat(row.get("time_failures")).isEqualTo(1L);
        assertThat(row.get("null_rates").toString()).contains("note").contains("0.75");
        assertThat(((List<?>) row.get("violations")).stream().map(Object::toString))
                .containsExactly(
                        "note is null in 75.0 % of the records, at most 50.0 % are expected",
                        "status is none of the values that are expected in 1 records");
    }

    @Test
    void whatIsOlderThanTheComparedDaysIsForgotten() {
        for (int day = 0; day < 40; day++) {
            for (int of = 0; of < 24; of++) {
                batch(MONDAY + (day * 24L + of) * HOUR, 30);
            }
        }
        assertThat(state).hasSizeLessThan(200 * 120);
        assertThat(row(MONDAY + (39 * 24 + 23) * HOUR).get("expected")).isEqualTo(30.0);
    }

    @Property(tries = 20)
    void whatAWholeKindSaysIsWhatWasSaidAsItsHoursPassed(@ForAll Random random) {
        shown.clear();
        state = null;
        TreeMap<Long, HourQuality> all = new TreeMap<>();
        long last = MONDAY + (long) (12 * 24 + random.nextInt(10 * 24)) * HOUR;
        long silence = MONDAY + random.nextInt(10 * 24) * HOUR;
        long silentHours = random.nextInt(10 * 24);
        for (long hour = MONDAY; hour <= last; hour += HOUR) {
            boolean silent = hour >= silence && hour < silence + silentHours * HOUR;
            if (!silent && random.nextInt(3) > 0) {
                int records = 1 + random.nextInt(80);
                all.put(hour, hour(hour, records));
                forgetUntil(hour, all.headMap(hour));
                batch(hour, hour(hour, records));
            }
            forgetUntil(hour + HOUR, all);
            if (state != null) {
                wakeUp(hour + HOUR);
            }
        }
        assumeThat(all).isNotEmpty();
        Map<String, String> whole = new TreeMap<>();
        new QualityRows(Map.of("k", RULES), true)
                .changes("k", null, QualityHistory.of(all), last + HOUR, encoder)
                .forEach(change -> whole.put(change.key(), text(decoded(change))));
        Map<String, String> told = new TreeMap<>();
        shown.forEach((key, row) -> told.put(key, text(row)));
        assertThat(whole).isEqualTo(told);
    }

    /** As {@link KeyedState} forgets a kind of which nothing came for eight days. */
    private void forgetUntil(long now, SortedMap<Long, HourQuality> sent) {
        if (state != null && !sent.isEmpty() && sent.lastKey() + 8 * 24 * HOUR <= now) {
            tell(States.read(rows, state), sent.lastKey() + 8 * 24 * HOUR);
            state = null;
        }
    }

    private static String text(GenericRecord row) {
        row.put("updated_at", 0L);
        return row.toString();
    }

    private static HourQuality hour(long start, int records) {
        HourQuality hour = HourQuality.at(start);
        for (int i = 0; i < records; i++) {
            hour.count(HourQuality.Count.RECORDS);
        }
        return hour;
    }

    private void batch(long start, int records) {
        batch(start, hour(start, records));
    }

    private void batch(long start, HourQuality hour) {
        QualityHistory batch = QualityHistory.of(Map.of(start, hour));
        tell(state == null ? batch : States.read(rows, state).with(batch), start + 1);
    }

    private void wakeUp(long now) {
        QualityHistory history = States.read(rows, state);
        assertThat(rows.wakeUp(history).getAsLong()).isLessThanOrEqualTo(now);
        tell(history, now);
    }

    private void tell(QualityHistory after, long now) {
        QualityHistory before = state == null ? null : States.read(rows, state);
        rows.changes("k", before, after, now, encoder).forEach(change -> shown.put(change.key(), decoded(change)));
        state = States.bytes(after);
    }

    private GenericRecord decoded(KeyedRows.Upsert change) {
        return ((Decoded.Value) TestCodecs.decoder(new HashMap<>(Map.of(1, encoder.schema())), null)
                        .decode(change.value()))
                .record();
    }

    private GenericRecord row(long start) {
        return shown.get("k|" + Instant.ofEpochMilli(start));
    }
}
