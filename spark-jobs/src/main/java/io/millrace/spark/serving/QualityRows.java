package io.millrace.spark.serving;

import io.millrace.spark.ValueEncoder;
import java.io.DataInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.avro.generic.GenericRecord;

/** The quality of an event kind by hour, compared with the same hour of the days before. The key is the kind. */
final class QualityRows implements KeyedRows<QualityHistory> {
    static final String TOPIC = "serving.data_quality";
    private static final long serialVersionUID = 1;
    /** How many times more, or less, than expected is too much. */
    private static final double FACTOR = 3;
    /** Fewer expected records say nothing. */
    private static final double ENOUGH = 20;

    private final HashMap<String, QualityRules> rules;
    private final boolean whole;

    /** @param whole whether a kind comes whole, and not as its hours pass */
    QualityRows(Map<String, QualityRules> rules, boolean whole) {
        this.rules = new HashMap<>(rules);
        this.whole = whole;
    }

    @Override
    public String job() {
        return DataQuality.NAME;
    }

    @Override
    public String topic() {
        return TOPIC;
    }

    @Override
    public QualityHistory read(DataInput in) throws IOException {
        return QualityHistory.read(in);
    }

    /** What readers are told of one hour; {@code expected} may be null. */
    private record Told(
            long records,
            long schemaMismatches,
            long contractFailures,
            long timeFailures,
            Map<String, Double> nullRates,
            Double expected,
            String volume,
            boolean complete,
            List<String> violations,
            Freshness freshness) {}

    @Override
    public List<Upsert> changes(
            String kind, QualityHistory before, QualityHistory after, long arrival, ValueEncoder encoder) {
        QualityRules expected = rules.get(kind);
        if (expected == null) {
            // The kind is no more, and its state goes with time.
            return List.of();
        }
        if (whole) {
            return after.asTheyGrew(arrival).stream()
                    .map(each -> told(each, each.hoursKnown(), expected))
                    .flatMap(told -> changes(kind, Map.of(), told, arrival, encoder).stream())
                    .toList();
        }
        Map<Long, Told> known = before == null ? Map.of() : told(before, before.hoursToTell(), expected);
        after.tell(arrival);
        return changes(kind, known, told(after, after.hoursToTell(), expected), arrival, encoder);
    }

    private static List<Upsert> changes(
            String kind, Map<Long, Told> known, Map<Long, Told> now, long arrival, ValueEncoder encoder) {
        List<Upsert> changes = new ArrayList<>();
        now.forEach((start, told) -> {
            if (!told.equals(known.get(start))) {
                Window window = new Window(start, start + QualityHistory.HOUR);
                changes.add(new Upsert(
                        kind + "|" + window.text(), encoder.encode(row(kind, window, told, arrival, encoder))));
            }
        });
        return changes;
    }

    /** The end of the hour, when it can be said that too little came. */
    @Override
    public OptionalLong wakeUp(QualityHistory history) {
        return OptionalLong.of(QualityHistory.hourOf(history.told()) + QualityHistory.HOUR);
    }

    private static Map<Long, Told> told(QualityHistory history, LongStream hours, QualityRules rules) {
        Map<Long, Told> told = new TreeMap<>();
        hours.forEach(start -> {
            boolean complete = history.isComplete(start);
            HourQuality hour = history.hour(start).orElseGet(() -> HourQuality.at(start));
            OptionalDouble expected = history.expected(start);
            Map<String, Double> nullRates = new TreeMap<>();
            if (hour.good() > 0) {
                rules.nullable().forEach(field -> nullRates.put(field, (double) hour.nulls(field) / hour.good()));
            }
            long records = hour.get(HourQuality.Count.RECORDS);
            told.put(
                    start,
                    new Told(
                            records,
                            hour.get(HourQuality.Count.DECODE),
                            hour.get(HourQuality.Count.CONTRACT),
                            hour.get(HourQuality.Count.TIME),
                            nullRates,
                            expected.isPresent() ? expected.getAsDouble() : null,
                            volume(records, expected, complete),
                            complete,
                            rules.violations(hour, complete),
                            hour.freshness()));
        });
        return told;
    }

    private static String volume(long records, OptionalDouble expected, boolean complete) {
        if (expected.isEmpty() || expected.getAsDouble() < ENOUGH) {
            return "unknown";
        }
        if (records > expected.getAsDouble() * FACTOR) {
            return "spike";
        }
        return complete && records < expected.getAsDouble() / FACTOR ? "drop" : "normal";
    }

    private static GenericRecord row(String kind, Window window, Told told, long arrival, ValueEncoder encoder) {
        GenericRecord value = encoder.newRecord();
        value.put("kind", kind);
        value.put("window_start", window.start());
        value.put("window_end", window.end());
        value.put("records", told.records());
        value.put("schema_mismatches", told.schemaMismatches());
        value.put("contract_failures", told.contractFailures());
        value.put("time_failures", told.timeFailures());
        value.put("null_rates", told.nullRates());
        value.put("expected", told.expected());
        value.put("volume", told.volume());
        value.put("complete", told.complete());
        value.put("violations", told.violations());
        value.put("updated_at", arrival);
        told.freshness().into(value);
        return value;
    }
}
