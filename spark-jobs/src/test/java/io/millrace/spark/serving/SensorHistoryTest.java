package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Catalogue;
import io.millrace.spark.Decoded;
import io.millrace.spark.TestCodecs;
import io.millrace.spark.ValueEncoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

class SensorHistoryTest {
    private static final long START = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final String KEY = "pump|heat";

    private final SensorAnomalies anomalies = new SensorAnomalies();
    private final ValueEncoder encoder = TestCodecs.encoder(
            Catalogue.bundled().require(SensorAnomalies.TOPIC).requireValue(), 1);

    @Property(tries = 60)
    void everyMinuteIsJudgedAsTheOracleDoesInWhateverOrderReadingsCome(
            @ForAll Random random,
            @ForAll @IntRange(min = 1, max = 400) int count,
            @ForAll @IntRange(min = 1, max = 50) int batchSize) {
        List<SensorOracle.Reading> readings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Within the hour in which a late one still counts.
            readings.add(new SensorOracle.Reading(
                    START + random.nextInt(60 * 60_000), 20 + random.nextGaussian() + (i % 97 == 96 ? 30 : 0)));
        }
        Collections.shuffle(readings, random);
        assertThat(shown(readings, batchSize)).isEqualTo(SensorOracle.rows(KEY, readings));
    }

    @Property(tries = 60)
    void howReadingsAreCutIntoBatchesDoesNotMatterHoweverLateSomeAre(
            @ForAll Random random, @ForAll @IntRange(min = 1, max = 400) int batchSize) {
        List<SensorOracle.Reading> readings = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            long late = random.nextInt(10) == 0 ? random.nextInt(150) : 0;
            readings.add(new SensorOracle.Reading(START + (i - late) * 60_000, 20 + random.nextGaussian()));
        }
        Map<String, String> whole = shown(readings, readings.size());
        assertThat(shown(readings, batchSize)).isEqualTo(whole);
        // The hours of a batch that catches up are not lost.
        assertThat(whole).hasSizeGreaterThan(300);
    }

    @Test
    void aValueFarFromWhatWasUsualIsAnAnomalyAndOneWithoutAMeasureIsNot() {
        List<SensorOracle.Reading> readings = new ArrayList<>();
        readings.add(new SensorOracle.Reading(START, 900));
        for (int i = 0; i < 100; i++) {
            readings.add(new SensorOracle.Reading(START + 40 * 60_000L + i * 5_000L, 20 + i % 3));
        }
        readings.add(new SensorOracle.Reading(START + 49 * 60_000L, 90));
        Map<String, String> shown = shown(readings, 10);
        assertThat(shown.get(KEY + "|2026-03-01T12:00:00Z")).endsWith("null false");
        assertThat(shown.get(KEY + "|2026-03-01T12:49:00Z")).endsWith("true");
        assertThat(shown.values().stream().filter(row -> row.endsWith("true"))).hasSize(1);
    }

    @Test
    void aReadingThatIsTooLateChangesNothingAndMemoryIsBounded() {
        List<SensorOracle.Reading> readings = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            readings.add(new SensorOracle.Reading(START + i * 60_000L, 20 + i % 3));
        }
        Map<String, String> before = shown(readings, 100);
        readings.add(new SensorOracle.Reading(START, 900));
        assertThat(shown(readings, 100)).isEqualTo(before);
        SensorHistory history = readings.stream()
                .map(SensorHistoryTest::history)
                .reduce(SensorHistory::with)
                .orElseThrow();
        assertThat(States.bytes(history)).hasSizeLessThan(8_000);
    }

    private Map<String, String> shown(List<SensorOracle.Reading> readings, int batchSize) {
        Map<String, String> shown = new TreeMap<>();
        byte[] state = null;
        for (int from = 0; from < readings.size(); from += batchSize) {
            SensorHistory batch = readings.subList(from, Math.min(readings.size(), from + batchSize)).stream()
                    .map(SensorHistoryTest::history)
                    .reduce(SensorHistory::with)
                    .orElseThrow();
            SensorHistory before = state == null ? null : States.read(anomalies, state);
            SensorHistory after =
                    state == null ? batch : States.read(anomalies, state).with(batch);
            anomalies
                    .changes(KEY, before, after, from, encoder)
                    .forEach(change -> shown.put(change.key(), SensorOracle.text(row(change.value()))));
            state = States.bytes(after);
        }
        return shown;
    }

    private static SensorHistory history(SensorOracle.Reading reading) {
        return SensorHistory.of(reading.value(), new Freshness(reading.time(), 1, 2));
    }

    private GenericRecord row(byte[] value) {
        return ((Decoded.Value) TestCodecs.decoder(new HashMap<>(Map.of(1, encoder.schema())), null)
                        .decode(value))
                .record();
    }
}
