package io.millrace.spark.serving;

import io.millrace.spark.Codecs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapGroupsWithStateFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.GroupState;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Counts {@link EventsPerMinute#JUDGED} rows in the state of their window, and passes on those that are set aside. */
final class CountOrSetAside implements FlatMapGroupsWithStateFunction<String, Row, byte[], Row> {
    private static final long serialVersionUID = 1;

    /** A Kafka record: topic, key and value. */
    static final StructType OUTPUT = new StructType()
            .add("topic", DataTypes.StringType, false)
            .add("key", DataTypes.StringType, true)
            .add("value", DataTypes.BinaryType, false);

    private final KeyedState<WindowCount> counts;

    CountOrSetAside(Codecs codecs, Duration ttl, Duration watermarkDelay) {
        this.counts = new KeyedState<>(codecs, new EventCounting(), ttl, watermarkDelay);
    }

    @Override
    public Iterator<Row> call(String key, Iterator<Row> rows, GroupState<byte[]> state) {
        List<Row> records = new ArrayList<>();
        if (key.startsWith(EventsPerMinute.SET_ASIDE)) {
            rows.forEachRemaining(
                    row -> records.add(RowFactory.create(Topics.EVENTS_QUARANTINE, null, row.<byte[]>getAs(4))));
        } else {
            counts.call(key, rows, state)
                    .forEachRemaining(row -> records.add(
                            RowFactory.create(Topics.EVENTS_PER_MINUTE, row.getString(0), row.<byte[]>getAs(1))));
        }
        return records.iterator();
    }
}
