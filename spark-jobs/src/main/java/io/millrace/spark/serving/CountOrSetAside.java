package io.millrace.spark.serving;

import io.millrace.spark.Codecs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapGroupsWithStateFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.GroupState;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Counts {@link EventsPerMinute#JUDGED} rows in the state of their window, keeps what else becomes of events, and passes on
 * what is set aside.
 */
final class CountOrSetAside implements FlatMapGroupsWithStateFunction<String, Row, byte[], Row> {
    private static final long serialVersionUID = 2;

    /** A Kafka record: topic, key and value. */
    static final StructType OUTPUT = new StructType()
            .add("topic", DataTypes.StringType, false)
            .add("key", DataTypes.StringType, true)
            .add("value", DataTypes.BinaryType, false);

    /** Begins the key of a row for another state than the counts; no topic's name begins like this. */
    static final char OTHER = '@';

    private final KeyedState<WindowCount> counts;
    /** By serving topic. */
    private final HashMap<String, KeyedState<?>> others = new HashMap<>();

    CountOrSetAside(Codecs codecs, List<KindAggregation<?>> aggregations, Duration ttl, Duration watermarkDelay) {
        this.counts = new KeyedState<>(codecs, new EventCounting(), ttl, watermarkDelay);
        aggregations.forEach(each -> others.put(each.topic(), new KeyedState<>(codecs, each, ttl, watermarkDelay)));
    }

    /** What stands before the keys of an aggregation; part of every checkpoint. */
    static String prefix(KindAggregation<?> aggregation) {
        return OTHER + aggregation.topic() + "|";
    }

    @Override
    public Iterator<Row> call(String key, Iterator<Row> rows, GroupState<byte[]> state) {
        if (key.startsWith(EventsPerMinute.SET_ASIDE)) {
            List<Row> records = new ArrayList<>();
            rows.forEachRemaining(
                    row -> records.add(RowFactory.create(Topics.EVENTS_QUARANTINE, null, row.<byte[]>getAs(4))));
            return records.iterator();
        }
        if (key.charAt(0) != OTHER) {
            return records(Topics.EVENTS_PER_MINUTE, counts.call(key, rows, state));
        }
        int bar = key.indexOf('|');
        String topic = key.substring(1, bar);
        KeyedState<?> other = others.get(topic);
        if (other == null) {
            // Of a kind whose contract has changed so that it does not fit any more.
            state.remove();
            return List.<Row>of().iterator();
        }
        return records(topic, other.call(key.substring(bar + 1), rows, state));
    }

    private static Iterator<Row> records(String topic, Iterator<Row> upserts) {
        List<Row> records = new ArrayList<>();
        upserts.forEachRemaining(row -> records.add(RowFactory.create(topic, row.getString(0), row.<byte[]>getAs(1))));
        return records.iterator();
    }
}
