package io.millrace.spark.serving;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;

/**
 * The event of a session that was seen first, which gives the session its id. First by arrival, so that an event that
 * comes late and stands earlier in the session does not rename it.
 */
record Origin(long arrival, int partition, long offset, String eventId) implements Comparable<Origin> {
    private static final int MAX_ID = 256;
    private static final Comparator<Origin> ORDER = Comparator.comparingLong(Origin::arrival)
            .thenComparingInt(Origin::partition)
            .thenComparingLong(Origin::offset);

    static Origin of(EnrichedEvent event) {
        // It becomes a record key and a document id, whose length is limited; clients may send ids of any length.
        String id = Texts.atMost(event.eventId(), MAX_ID);
        return new Origin(event.arrival(), event.partition(), event.offset(), id);
    }

    @Override
    public int compareTo(Origin other) {
        return ORDER.compare(this, other);
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(arrival);
        out.writeInt(partition);
        out.writeLong(offset);
        Texts.write(out, eventId);
    }

    static Origin read(DataInput in) throws IOException {
        return new Origin(in.readLong(), in.readInt(), in.readLong(), Texts.read(in));
    }
}
