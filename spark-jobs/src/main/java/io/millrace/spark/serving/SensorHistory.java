package io.millrace.spark.serving;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The readings of one sensor, summed up by minute of event time, and of those the ones whose verdict may have changed since it was
 * read: it is written with the newest minutes only, which are all that later readings can have to do with.
 */
final class SensorHistory implements Aggregate<SensorHistory> {
    static final long MINUTE = 60_000;
    /** Minutes that a minute is judged by. */
    static final int BASELINE = 30;
    /** Minutes behind the sensor's newest reading up to which one still counts. */
    static final int LATEST = 60;

    /**
     * Some readings, by the numbers that can be merged without loss of precision (Chan, Golub and LeVeque).
     *
     * @param squares sum of the squared distances from the mean
     */
    record Minute(long readings, double mean, double squares, double minimum, double maximum, Freshness freshness) {

        Minute with(Minute other) {
            long both = readings + other.readings;
            double apart = other.mean - mean;
            return new Minute(
                    both,
                    mean + apart * other.readings / both,
                    squares + other.squares + apart * apart * readings * other.readings / both,
                    Math.min(minimum, other.minimum),
                    Math.max(maximum, other.maximum),
                    freshness.with(other.freshness));
        }

        /** Standard deviation of these readings. */
        double deviation() {
            return Math.sqrt(squares / readings);
        }

        void write(DataOutput out) throws IOException {
            out.writeLong(readings);
            out.writeDouble(mean);
            out.writeDouble(squares);
            out.writeDouble(minimum);
            out.writeDouble(maximum);
            freshness.write(out);
        }

        static Minute read(DataInput in) throws IOException {
            return new Minute(
                    in.readLong(),
                    in.readDouble(),
                    in.readDouble(),
                    in.readDouble(),
                    in.readDouble(),
                    Freshness.read(in));
        }
    }

    /** By their beginning, epoch milliseconds. */
    private final TreeMap<Long, Minute> minutes;

    /** The oldest minute that a reading may still have come to. */
    private final long since;

    private SensorHistory(TreeMap<Long, Minute> minutes) {
        this.minutes = minutes;
        this.since = minutes.lastKey() - LATEST * MINUTE;
    }

    /** One reading. */
    static SensorHistory of(double value, Freshness freshness) {
        TreeMap<Long, Minute> minutes = new TreeMap<>();
        long start = Math.floorDiv(freshness.newestEventTime(), MINUTE) * MINUTE;
        minutes.put(start, new Minute(1, value, 0, value, value, freshness));
        return new SensorHistory(minutes);
    }

    @Override
    public SensorHistory with(SensorHistory other) {
        other.minutes.forEach((start, minute) -> {
            if (start >= minutes.lastKey() - LATEST * MINUTE) {
                minutes.merge(start, minute, Minute::with);
            }
        });
        return this;
    }

    /** What is said about the minutes to which a reading may have come, by their beginning. */
    Map<Long, SensorAnomalies.Verdict> verdicts() {
        Map<Long, SensorAnomalies.Verdict> verdicts = new TreeMap<>();
        minutes.tailMap(since).forEach((start, minute) -> {
            Minute baseline = minutes.subMap(start - BASELINE * MINUTE, start).values().stream()
                    .reduce(Minute::with)
                    .orElse(null);
            verdicts.put(start, SensorAnomalies.Verdict.of(minute, baseline));
        });
        return verdicts;
    }

    @Override
    public void write(DataOutput out) throws IOException {
        SortedMap<Long, Minute> newest = minutes.tailMap(minutes.lastKey() - (LATEST + BASELINE) * MINUTE);
        out.writeInt(newest.size());
        for (Map.Entry<Long, Minute> minute : newest.entrySet()) {
            out.writeLong(minute.getKey());
            minute.getValue().write(out);
        }
    }

    static SensorHistory read(DataInput in) throws IOException {
        TreeMap<Long, Minute> minutes = new TreeMap<>();
        int size = in.readInt();
        for (int i = 0; i < size; i++) {
            minutes.put(in.readLong(), Minute.read(in));
        }
        return new SensorHistory(minutes);
    }
}
