package io.millrace.spark.serving;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What was seen of one event kind's records in one hour. Merging is commutative and associative. */
final class HourQuality {
    private final long[] counts;
    private final Map<String, Long> nulls;
    private final Map<String, Long> outside;
    private Freshness freshness;

    /** What is counted of all records; the order is part of every checkpoint. */
    enum Count {
        RECORDS,
        DECODE,
        CONTRACT,
        TIME
    }

    private HourQuality(long[] counts, Map<String, Long> nulls, Map<String, Long> outside, Freshness freshness) {
        this.counts = counts;
        this.nulls = nulls;
        this.outside = outside;
        this.freshness = freshness;
    }

    /** Nothing yet; records are told by their time in Kafka. */
    static HourQuality at(long kafkaTime) {
        return new HourQuality(
                new long[Count.values().length],
                new HashMap<>(),
                new HashMap<>(),
                new Freshness(kafkaTime, kafkaTime, kafkaTime));
    }

    void count(Count what) {
        counts[what.ordinal()]++;
    }

    /** A good record in which this field is null. */
    void isNull(String field) {
        nulls.merge(field, 1L, Long::sum);
    }

    /** A good record in which this field is not as the contract expects. */
    void isOutside(String field) {
        outside.merge(field, 1L, Long::sum);
    }

    void seenAt(long kafkaTime) {
        freshness = freshness.with(new Freshness(kafkaTime, kafkaTime, kafkaTime));
    }

    HourQuality with(HourQuality other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        other.nulls.forEach((field, count) -> nulls.merge(field, count, Long::sum));
        other.outside.forEach((field, count) -> outside.merge(field, count, Long::sum));
        freshness = freshness.with(other.freshness);
        return this;
    }

    long get(Count what) {
        return counts[what.ordinal()];
    }

    /** Records without a failure. */
    long good() {
        return get(Count.RECORDS) - get(Count.DECODE) - get(Count.CONTRACT) - get(Count.TIME);
    }

    long nulls(String field) {
        return nulls.getOrDefault(field, 0L);
    }

    /** Records by field in which the field is not as the contract expects, ordered by field. */
    Map<String, Long> outside() {
        return new TreeMap<>(outside);
    }

    Freshness freshness() {
        return freshness;
    }

    void write(DataOutput out) throws IOException {
        for (long count : counts) {
            out.writeLong(count);
        }
        write(nulls, out);
        write(outside, out);
        freshness.write(out);
    }

    private static void write(Map<String, Long> counts, DataOutput out) throws IOException {
        out.writeInt(counts.size());
        for (Map.Entry<String, Long> count : new TreeMap<>(counts).entrySet()) {
            Texts.write(out, count.getKey());
            out.writeLong(count.getValue());
        }
    }

    static HourQuality read(DataInput in) throws IOException {
        long[] counts = new long[Count.values().length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = in.readLong();
        }
        return new HourQuality(counts, readCounts(in), readCounts(in), Freshness.read(in));
    }

    private static Map<String, Long> readCounts(DataInput in) throws IOException {
        int size = in.readInt();
        Map<String, Long> counts = new HashMap<>();
        for (int i = 0; i < size; i++) {
            counts.put(Texts.read(in), in.readLong());
        }
        return counts;
    }
}
