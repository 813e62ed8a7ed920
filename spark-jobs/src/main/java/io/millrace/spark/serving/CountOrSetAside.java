package io.millrace.spark.serving;

import io.millrace.spark.Codecs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.GroupState;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Counts {@link EventsPerMinute#JUDGED} rows in the state of their window, keeps what else becomes of events, and passes on
 * what is set aside. Of that nothing may come in a bounded run.
 */
final class CountOrSetAside implements RowsByKey.Keeper {
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

    /** @param boundedNow as {@link KeyedState} takes it */
    CountOrSetAside(
            Codecs codecs,
            List<KindAggregation<?>> aggregations,
            Duration ttl,
            Duration watermarkDelay,
            Optional<Long> boundedNow) {
        this.counts = new KeyedState<>(codecs, new EventCounting(), ttl, watermarkDelay, boundedNow);
        aggregations.forEach(
                each -> others.put(each.topic(), new KeyedState<>(codecs, each, ttl, watermarkDelay, boundedNow)));
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
        Other other = Other.parse(key);
        KeyedState<?> kept = others.get(other.topic());
        if (kept == null) {
            // Of a kind whose contract has changed so that it does not fit any more.
            state.remove();
            return List.<Row>of().iterator();
        }
        return records(other.topic(), kept.call(other.key(), inOrder(rows), state));
    }

    @Override
    public Iterator<Row> call(String key, Iterator<Row> inOrder) {
        if (key.charAt(0) != OTHER) {
            return records(Topics.EVENTS_PER_MINUTE, counts.whole(key, inOrder));
        }
        Other other = Other.parse(key);
        return records(other.topic(), others.get(other.topic()).whole(other.key(), inOrder));
    }

    /** A key of another state than the counts: the topic that its rows go to, and the key in it. */
    private record Other(String topic, String key) {
        static Other parse(String text) {
            int bar = text.indexOf('|');
            return new Other(text.substring(1, bar), text.substring(bar + 1));
        }
    }

    /** In the source's order: then it does not matter how the source is cut into batches. */
    private static Iterator<Row> inOrder(Iterator<Row> rows) {
        List<Row> sorted = new ArrayList<>();
        rows.forEachRemaining(sorted::add);
        sorted.sort(Comparator.<Row>comparingInt(row -> row.getInt(5)).thenComparingLong(row -> row.getLong(6)));
        return sorted.iterator();
    }

    private static Iterator<Row> records(String topic, Iterator<Row> upserts) {
        List<Row> records = new ArrayList<>();
        upserts.forEachRemaining(row -> records.add(RowFactory.create(topic, row.getString(0), row.<byte[]>getAs(1))));
        return records.iterator();
    }
}
