package io.millrace.connect.redis;

import io.millrace.connect.commons.ConnectJson;
import io.millrace.connect.commons.FieldPath;
import io.millrace.connect.commons.FlatFields;
import io.millrace.connect.commons.RecordFailure;
import io.millrace.connect.commons.RecordTime;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;

/** The change that a value means in each mode. Used by one thread. */
final class ChangeMaker {

    private final boolean merges;
    private final FieldPath score;
    private final FieldPath longitude;
    private final FieldPath latitude;
    private final Set<String> counted;
    private final boolean left;
    private final long maxLength;
    private final RecordTime receivedAt;
    private final Clock clock;
    private long size;

    ChangeMaker(TopicSettings settings, RecordTime receivedAt, Clock clock) {
        this.merges = settings.mergesHashes();
        this.score = new FieldPath(settings.scoreField());
        this.longitude = new FieldPath(settings.longitudeField());
        this.latitude = new FieldPath(settings.latitudeField());
        this.counted = Set.copyOf(settings.counterFields());
        this.left = settings.pushesLeft();
        this.maxLength = settings.maxLength();
        this.receivedAt = receivedAt;
        this.clock = clock;
    }

    /**
     * The change; null when nothing is left of the key.
     *
     * @param element the text or bytes of the member, element or message; null where the mode has none
     * @throws RecordFailure when the value does not fit the mode
     */
    Change of(WriteMode mode, SinkRecord view, Object element, long ttlMs) {
        size = element == null ? 0 : length(element);
        return switch (mode) {
            case HASH -> merges ? merge(view, ttlMs) : replace(view, ttlMs);
            case STRING -> new Change.PutString(element, ttlMs);
            case JSON -> new Change.PutJson(element, ttlMs);
            case SET -> elements("SADD", ttlMs, element);
            case SORTED_SET -> elements("ZADD", ttlMs, score(view), element);
            case GEO ->
                elements(
                        "GEOADD",
                        ttlMs,
                        degrees(view, longitude, 180),
                        // The limit of the projection that Redis uses.
                        degrees(view, latitude, 85.05112878),
                        element);
            case HYPERLOGLOG -> elements("PFADD", ttlMs, element);
            case LIST -> new Change.Elements(left ? "LPUSH" : "RPUSH", List.of(element), maxLength, ttlMs);
            case STREAM -> new Change.Append(nonEmpty(fields(view)), maxLength, ttlMs);
            case COUNTER -> count(view, ttlMs);
            case PUBLISH -> new Change.Publish(element);
        };
    }

    /** About how many bytes the last change was. */
    long size() {
        return size;
    }

    static Change elements(String command, long ttlMs, Object... parts) {
        return new Change.Elements(command, List.of(parts), 0, ttlMs);
    }

    private Change replace(SinkRecord view, long ttlMs) {
        List<Object> fields = fields(view);
        return fields.isEmpty() ? null : new Change.ReplaceHash(fields, ttlMs);
    }

    private List<Object> fields(SinkRecord view) {
        List<Object> fields = new ArrayList<>(32);
        FlatFields.forEach(view, (name, schema, value) -> {
            fields.add(name);
            fields.add(part(name, schema, value));
        });
        receivedAt.of(view).ifPresent(time -> {
            fields.add(TopicWriter.FRESHNESS_MS);
            fields.add(Long.toString(clock.millis() - time));
        });
        return fields;
    }

    /** Most values have no null: their fields need not be told apart. */
    private Change merge(SinkRecord view, long ttlMs) {
        List<Object> fields = new ArrayList<>(32);
        boolean[] removes = {false};
        FlatFields.forEach(view, new FlatFields.Sink() {
            @Override
            public void field(String name, Schema schema, Object value) {
                fields.add(name);
                fields.add(part(name, schema, value));
            }

            @Override
            public void nothing(String name) {
                removes[0] = true;
                fields.add(name);
                fields.add(null);
            }
        });
        receivedAt.of(view).ifPresent(time -> {
            fields.add(TopicWriter.FRESHNESS_MS);
            fields.add(clock.millis() - time);
        });
        if (fields.isEmpty()) {
            throw new RecordFailure("the value has no field to merge into the hash");
        }
        Change.SetFields change = new Change.SetFields(fields, ttlMs);
        return removes[0] ? change.asMerge() : change;
    }

    /** Whole numbers are not made text: they are written as digits where they go. */
    private Object part(String name, Schema schema, Object value) {
        if (value instanceof Long number) {
            size += name.length() + 8;
            return number;
        }
        String text = ConnectJson.textOf(schema, value);
        size += name.length() + text.length();
        return text;
    }

    private Change count(SinkRecord view, long ttlMs) {
        size = 32;
        if (view.value() instanceof Number number) {
            return new Change.Count(Map.of(Change.Count.WHOLE, delta("value", number)), ttlMs);
        }
        Map<String, Number> deltas = new LinkedHashMap<>();
        FlatFields.forEach(view, (FlatFields.Sink) (name, schema, value) -> {
            if (counted.isEmpty() ? value instanceof Number : counted.contains(name)) {
                if (!(value instanceof Number number)) {
                    throw new RecordFailure("the field " + name + " is to be counted and is no number");
                }
                deltas.put(name, delta(name, number));
            }
        });
        if (deltas.isEmpty()) {
            throw new RecordFailure("the value has no number to count"
                    + (counted.isEmpty() ? "" : " in the fields of counter.fields, " + counted));
        }
        return new Change.Count(deltas, ttlMs);
    }

    private static Number delta(String name, Number number) {
        if (number instanceof Double || number instanceof Float) {
            if (!Double.isFinite(number.doubleValue())) {
                throw new RecordFailure("the field " + name + " is not finite and cannot be added");
            }
            return new BigDecimal(number.toString());
        }
        if (number instanceof BigDecimal decimal) {
            return decimal;
        }
        return number instanceof BigInteger integer ? new BigDecimal(integer) : (Number) number.longValue();
    }

    private String score(SinkRecord view) {
        FieldPath.Found found = found(view, score);
        if (found.value() instanceof Date time) {
            return Long.toString(time.getTime());
        }
        return number(score, found);
    }

    private static String degrees(SinkRecord view, FieldPath path, double limit) {
        String text = number(path, found(view, path));
        if (Math.abs(Double.parseDouble(text)) > limit) {
            throw new RecordFailure("the field " + path.text() + " is beyond " + limit + " degrees");
        }
        return text;
    }

    private static FieldPath.Found found(SinkRecord view, FieldPath path) {
        return path.in(view.valueSchema(), view.value())
                .orElseThrow(() -> new RecordFailure("the value has no field " + path.text()));
    }

    private static String number(FieldPath path, FieldPath.Found found) {
        String text = found.rendered();
        if (found.value() instanceof Number number && !Double.isNaN(number.doubleValue())) {
            return text;
        }
        try {
            if (!Double.isNaN(Double.parseDouble(text))) {
                return text;
            }
        } catch (NumberFormatException noNumber) {
            // Said below.
        }
        throw new RecordFailure("the field " + path.text() + " is no number");
    }

    private static List<Object> nonEmpty(List<Object> fields) {
        if (fields.isEmpty()) {
            throw new RecordFailure("the value has no field for the entry of the stream");
        }
        return fields;
    }

    private static int length(Object part) {
        return part instanceof byte[] raw ? raw.length : ((String) part).length();
    }
}
