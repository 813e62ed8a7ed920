package io.millrace.spark.serving;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;

/**
 * One event as the edge of a session. Ordered by event time, then by its place in the source, so that of two events at
 * the same time everybody picks the same.
 *
 * @param segment customer segment, may be null
 */
record Moment(long time, int partition, long offset, String page, String country, String device, String segment)
        implements Comparable<Moment> {
    private static final Comparator<Moment> ORDER = Comparator.comparingLong(Moment::time)
            .thenComparingInt(Moment::partition)
            .thenComparingLong(Moment::offset);

    static Moment of(EnrichedEvent event) {
        return new Moment(
                event.eventTime(),
                event.partition(),
                event.offset(),
                event.page(),
                event.country(),
                event.device(),
                event.segment());
    }

    @Override
    public int compareTo(Moment other) {
        return ORDER.compare(this, other);
    }

    Moment earlier(Moment other) {
        return compareTo(other) <= 0 ? this : other;
    }

    Moment later(Moment other) {
        return compareTo(other) >= 0 ? this : other;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(time);
        out.writeInt(partition);
        out.writeLong(offset);
        Texts.write(out, page);
        Texts.write(out, country);
        Texts.write(out, device);
        Texts.write(out, segment);
    }

    static Moment read(DataInput in) throws IOException {
        return new Moment(
                in.readLong(),
                in.readInt(),
                in.readLong(),
                Texts.read(in),
                Texts.read(in),
                Texts.read(in),
                Texts.read(in));
    }
}
