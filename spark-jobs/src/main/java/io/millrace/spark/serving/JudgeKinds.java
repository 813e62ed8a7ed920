package io.millrace.spark.serving;

import io.millrace.spark.Codecs;
import io.millrace.spark.Digests;
import io.millrace.spark.ValueEncoder;
import java.sql.Timestamp;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Takes (value, topic, partition, offset, timestamp, arrival) of any event kind, gives {@link EventsPerMinute#JUDGED}. */
final class JudgeKinds implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1;

    private final Codecs codecs;
    private final ArrayList<EventKind> kinds;
    private final ArrayList<KindAggregation<?>> aggregations;

    /** @param aggregations what becomes of events beside being counted */
    JudgeKinds(Codecs codecs, List<EventKind> kinds, List<KindAggregation<?>> aggregations) {
        this.codecs = codecs;
        this.kinds = new ArrayList<>(kinds);
        this.aggregations = new ArrayList<>(aggregations);
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        ValueEncoder encoder = codecs.encoder(Topics.EVENTS_QUARANTINE);
        Map<String, KindJudge> judges = new HashMap<>();
        for (EventKind kind : kinds) {
            judges.put(kind.topic(), new KindJudge(kind, codecs.decoder(kind.topic()), encoder));
        }
        Digests digests = new Digests();
        Deque<Row> ready = new ArrayDeque<>();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !ready.isEmpty() || rows.hasNext();
            }

            @Override
            public Row next() {
                if (ready.isEmpty()) {
                    Row row = rows.next();
                    judge(row, judges.get(row.getString(1)), encoder, digests, ready);
                }
                return ready.remove();
            }
        };
    }

    private void judge(Row row, KindJudge judge, ValueEncoder encoder, Digests digests, Deque<Row> ready) {
        byte[] value = row.getAs(0);
        SourceRecord source = new SourceRecord(row.getString(1), row.getInt(2), row.getLong(3));
        Timestamp arrival = row.getTimestamp(5);
        KindJudge.Judgement judgement =
                judge.judge(value, source, row.getTimestamp(4).getTime(), arrival.getTime());
        if (judgement instanceof KindJudge.SetAside bad) {
            // Known by its place: a mended event with the same id must not count as a duplicate of a bad one.
            byte[] place = digests.bits128(source.toString());
            ready.add(RowFactory.create(
                    EventsPerMinute.SET_ASIDE + source, arrival, null, place, encoder.encode(bad.quarantined())));
            return;
        }
        KindJudge.Counts event = (KindJudge.Counts) judgement;
        String key = EventCounting.key(source.topic(), event.freshness().newestEventTime());
        // Two kinds may use the same ids for different things.
        String identity = event.id() == null ? source.toString() : source.topic() + "|" + event.id();
        ready.add(RowFactory.create(
                key, arrival, States.bytes(WindowCount.of(event.freshness())), digests.bits128(identity), null));
        for (KindAggregation<?> each : aggregations) {
            if (each.kind().equals(source.topic())) {
                aggregate(each, event, identity, arrival, digests).ifPresent(ready::add);
            }
        }
    }

    /** The part of an event in another aggregate than its count, which tells duplicates by itself. */
    private static <A extends Aggregate<A>> Optional<Row> aggregate(
            KindAggregation<A> how, KindJudge.Counts event, String identity, Timestamp arrival, Digests digests) {
        String key = how.key(event);
        String prefix = CountOrSetAside.prefix(how);
        return key == null
                ? Optional.empty()
                : Optional.of(RowFactory.create(
                        prefix + key, arrival, States.bytes(how.of(event)), digests.bits128(prefix + identity), null));
    }
}
