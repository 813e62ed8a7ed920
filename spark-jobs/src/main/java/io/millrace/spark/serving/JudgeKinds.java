package io.millrace.spark.serving;

import io.millrace.spark.Codecs;
import io.millrace.spark.Digests;
import io.millrace.spark.ValueEncoder;
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
        long arrival = row.getLong(5);
        KindJudge.Judgement judgement =
                judge.judge(value, source, row.getTimestamp(4).getTime(), arrival);
        if (judgement instanceof KindJudge.SetAside bad) {
            // Not by its id: a mended event with the same one must not count as a duplicate of a bad one.
            byte[] place = digests.bits128(source.toString());
            ready.add(judged(
                    EventsPerMinute.SET_ASIDE + source,
                    arrival,
                    null,
                    place,
                    encoder.encode(bad.quarantined()),
                    source));
            return;
        }
        KindJudge.Counts event = (KindJudge.Counts) judgement;
        String key = EventCounting.key(source.topic(), event.freshness().newestEventTime());
        // Two kinds may use the same ids for different things.
        String identity = event.id() == null ? source.toString() : source.topic() + "|" + event.id();
        byte[] count = States.bytes(WindowCount.of(event.freshness()));
        ready.add(judged(key, arrival, count, digests.bits128(identity), null, source));
        for (KindAggregation<?> each : aggregations) {
            if (each.kind().equals(source.topic())) {
                String prefix = CountOrSetAside.prefix(each);
                byte[] id = digests.bits128(prefix + identity);
                part(each, event)
                        .ifPresent(part ->
                                ready.add(judged(prefix + part.key(), arrival, part.bytes(), id, null, source)));
            }
        }
    }

    /** The part of an event in another aggregate than its count. */
    private record Part(String key, byte[] bytes) {}

    private static <A extends Aggregate<A>> Optional<Part> part(KindAggregation<A> how, KindJudge.Counts event) {
        return Optional.ofNullable(how.key(event)).map(key -> new Part(key, States.bytes(how.of(event))));
    }

    /** An {@link EventsPerMinute#JUDGED} row. */
    private static Row judged(
            String key, long arrival, byte[] partial, byte[] id, byte[] quarantined, SourceRecord source) {
        boolean counts = quarantined == null && key.charAt(0) != CountOrSetAside.OTHER;
        return RowFactory.create(
                key,
                arrival,
                partial,
                id,
                quarantined,
                source.partition(),
                source.offset(),
                counts,
                SeenIds.bucket(id));
    }
}
