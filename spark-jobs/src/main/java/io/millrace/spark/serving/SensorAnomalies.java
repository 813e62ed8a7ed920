package io.millrace.spark.serving;

import io.millrace.schemas.Contract;
import io.millrace.spark.ValueEncoder;
import java.io.DataInput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * Readings per device, metric and minute, each minute judged by the readings of the {@value SensorHistory#BASELINE} minutes
 * before. A late reading changes its own minute and the verdicts of those after it, which are then written again: the
 * result does not depend on the order of readings, unless one is later than {@value SensorHistory#LATEST} minutes behind its
 * sensor's newest, which is not looked at any more. Readings are taken in the order in which they came, so it does not depend on
 * how they are cut into batches either.
 */
final class SensorAnomalies implements KindAggregation<SensorHistory> {
    static final String TOPIC = "serving.sensor_anomalies";
    static final String KIND = "iot.readings";
    private static final long serialVersionUID = 1;

    /** Fewer readings are no measure for others. */
    static final long ENOUGH = 20;
    /** How many standard deviations are too many. */
    static final double TOO_FAR = 5;
    /** A sensor that always said the same is given this much freedom, as a share of its value. */
    static final double LEAST_DEVIATION = 1e-3;

    /** How long before a minute readings can be that decide about it. */
    static final Duration REACH = Duration.ofMillis(SensorHistory.BASELINE * SensorHistory.MINUTE);

    private static final int MAX_NAME = 128;

    /** Whether this is the kind, with the fields that are looked at. */
    static boolean fits(Contract contract) {
        return contract.name().equals(KIND)
                && contract.value()
                        .filter(schema -> is(schema, "device", Schema.Type.STRING)
                                && is(schema, "metric", Schema.Type.STRING)
                                && is(schema, "value", Schema.Type.DOUBLE))
                        .isPresent();
    }

    private static boolean is(Schema record, String field, Schema.Type type) {
        return record.getField(field) != null && record.getField(field).schema().getType() == type;
    }

    @Override
    public String job() {
        return EventsPerMinute.NAME;
    }

    @Override
    public String topic() {
        return TOPIC;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String key(KindJudge.Counts event) {
        Object value = event.event().get("value");
        if (!(value instanceof Double number) || !Double.isFinite(number)) {
            // Counted as an event; but it would make every mean that it is in undefined.
            return null;
        }
        return name(event, "device") + "|" + name(event, "metric");
    }

    /** A bar would end the name within the key. */
    private static String name(KindJudge.Counts event, String field) {
        return Texts.atMost(event.event().get(field).toString().replace('|', '/'), MAX_NAME);
    }

    @Override
    public SensorHistory of(KindJudge.Counts event) {
        return SensorHistory.of((double) event.event().get("value"), event.freshness());
    }

    @Override
    public SensorHistory read(DataInput in) throws IOException {
        return SensorHistory.read(in);
    }

    /**
     * What is said about a minute.
     *
     * @param score distance of the most distant value from the baseline's mean in standard deviations; null without enough
     *     readings before
     */
    record Verdict(SensorHistory.Minute minute, SensorHistory.Minute baseline, Double score) {
        static Verdict of(SensorHistory.Minute minute, SensorHistory.Minute baseline) {
            if (baseline == null || baseline.readings() < ENOUGH) {
                return new Verdict(minute, baseline, null);
            }
            double mean = baseline.mean();
            double distance = Math.max(Math.abs(minute.maximum() - mean), Math.abs(minute.minimum() - mean));
            double deviation =
                    Math.max(baseline.deviation(), Math.max(Math.abs(mean) * LEAST_DEVIATION, Double.MIN_NORMAL));
            return new Verdict(minute, baseline, distance / deviation);
        }

        boolean anomalous() {
            return score != null && score > TOO_FAR;
        }
    }

    @Override
    public List<Upsert> changes(
            String key, SensorHistory before, SensorHistory after, long arrival, ValueEncoder encoder) {
        Map<Long, Verdict> shown = before == null ? Map.of() : before.verdicts();
        List<Upsert> changes = new ArrayList<>();
        String[] parts = key.split("\\|", 2);
        after.verdicts().forEach((start, verdict) -> {
            if (!verdict.equals(shown.get(start))) {
                Window window = new Window(start, start + SensorHistory.MINUTE);
                changes.add(new Upsert(
                        key + "|" + window.text(), encoder.encode(row(parts, window, verdict, arrival, encoder))));
            }
        });
        return changes;
    }

    private static GenericRecord row(String[] key, Window window, Verdict verdict, long arrival, ValueEncoder encoder) {
        SensorHistory.Minute minute = verdict.minute();
        SensorHistory.Minute baseline = verdict.baseline();
        GenericRecord value = encoder.newRecord();
        value.put("device", key[0]);
        value.put("metric", key[1]);
        value.put("window_start", window.start());
        value.put("window_end", window.end());
        value.put("readings", minute.readings());
        value.put("minimum", minute.minimum());
        value.put("maximum", minute.maximum());
        value.put("mean", minute.mean());
        value.put("baseline_readings", baseline == null ? 0L : baseline.readings());
        value.put("baseline_mean", baseline == null ? null : baseline.mean());
        value.put("baseline_stddev", baseline == null ? null : baseline.deviation());
        value.put("score", verdict.score());
        value.put("anomalous", verdict.anomalous());
        value.put("updated_at", arrival);
        minute.freshness().into(value);
        return value;
    }
}
