package io.millrace.spark.serving;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** What was seen of one event kind in the hours of the newest eight days. */
final class QualityHistory implements Aggregate<QualityHistory> {
    static final long HOUR = 3_600_000;
    private static final long DAY = 24 * HOUR;
    /** Days whose same hour says how much is expected. */
    private static final int COMPARED = 7;

    private static final long KEPT = (COMPARED + 1) * DAY;

    /** By their beginning, epoch milliseconds. */
    private final TreeMap<Long, HourQuality> hours;
    /** The beginning of the oldest hour in which the kind was looked at, also when nothing came. */
    private long since;
    /** The time up to which readers were told, epoch milliseconds. */
    private long told;

    private QualityHistory(TreeMap<Long, HourQuality> hours, long since, long told) {
        this.hours = hours;
        this.since = since;
        this.told = told;
    }

    /** What was seen in some hours. */
    static QualityHistory of(Map<Long, HourQuality> hours) {
        TreeMap<Long, HourQuality> sorted = new TreeMap<>(hours);
        return new QualityHistory(sorted, sorted.firstKey(), Long.MIN_VALUE);
    }

    static long hourOf(long time) {
        return Math.floorDiv(time, HOUR) * HOUR;
    }

    @Override
    public QualityHistory with(QualityHistory other) {
        other.hours.forEach((start, hour) -> hours.merge(start, hour, HourQuality::with));
        since = Math.min(since, other.since);
        told = Math.max(told, other.told);
        return this;
    }

    /** Readers are about to be told what is so at this time; forgets what is too old to matter. */
    void tell(long now) {
        told = Math.max(told, now);
        long oldest = hourOf(told) - KEPT;
        hours.headMap(oldest).clear();
        since = Math.max(since, oldest);
    }

    /**
     * The histories that a whole one was, one after the other, as it grew: after eight days without a record a kind is forgotten.
     *
     * @param now the time up to which readers are told
     */
    List<QualityHistory> asTheyGrew(long now) {
        List<QualityHistory> histories = new ArrayList<>();
        TreeMap<Long, HourQuality> grown = new TreeMap<>();
        for (Map.Entry<Long, HourQuality> hour : hours.entrySet()) {
            if (!grown.isEmpty() && hour.getValue().freshness().oldestReceivedAt() >= forgotten(grown)) {
                histories.add(new QualityHistory(grown, grown.firstKey(), forgotten(grown)));
                grown = new TreeMap<>();
            }
            grown.put(hour.getKey(), hour.getValue());
        }
        histories.add(new QualityHistory(grown, grown.firstKey(), Math.min(now, forgotten(grown))));
        return histories;
    }

    private static long forgotten(TreeMap<Long, HourQuality> hours) {
        return hours.lastEntry().getValue().freshness().newestReceivedAt() + KEPT;
    }

    /** All hours from the first record to when readers were told last. */
    LongStream hoursKnown() {
        long last = hourOf(told);
        return LongStream.iterate(since, hour -> hour <= last, hour -> hour + HOUR);
    }

    /** The time up to which readers were told. */
    long told() {
        return told;
    }

    /** The first hour that readers may be told of: with nothing seen in it, the day before {@link #told}. */
    LongStream hoursToTell() {
        long last = Math.max(hourOf(told), hours.isEmpty() ? since : hours.lastKey());
        long first = Math.max(since, last - DAY);
        return LongStream.iterate(first, hour -> hour <= last, hour -> hour + HOUR);
    }

    Optional<HourQuality> hour(long start) {
        return Optional.ofNullable(hours.get(start));
    }

    boolean isComplete(long start) {
        return told >= start + HOUR;
    }

    /** Mean number of records in the same hour of the days before; empty when it was never looked at. */
    OptionalDouble expected(long start) {
        return LongStream.rangeClosed(1, COMPARED)
                .map(day -> start - day * DAY)
                .filter(hour -> hour >= since)
                .map(hour -> hour(hour)
                        .map(seen -> seen.get(HourQuality.Count.RECORDS))
                        .orElse(0L))
                .average();
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeLong(since);
        out.writeLong(told);
        out.writeInt(hours.size());
        for (Map.Entry<Long, HourQuality> hour : hours.entrySet()) {
            out.writeLong(hour.getKey());
            hour.getValue().write(out);
        }
    }

    static QualityHistory read(DataInput in) throws IOException {
        long since = in.readLong();
        long told = in.readLong();
        TreeMap<Long, HourQuality> hours = new TreeMap<>();
        int size = in.readInt();
        for (int i = 0; i < size; i++) {
            hours.put(in.readLong(), HourQuality.read(in));
        }
        return new QualityHistory(hours, since, told);
    }
}
