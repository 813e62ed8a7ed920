package io.millrace.spark.serving;

import io.millrace.spark.Codecs;
import io.millrace.spark.Digests;
import io.millrace.spark.ValueEncoder;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Takes (value, topic, partition, offset, timestamp, arrival) of any event kind, gives {@link EventsPerMinute#JUDGED}. */
final class JudgeKinds implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1;

    private final Codecs codecs;
    private final ArrayList<EventKind> kinds;

    JudgeKinds(Codecs codecs, List<EventKind> kinds) {
        this.codecs = codecs;
        this.kinds = new ArrayList<>(kinds);
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        ValueEncoder encoder = codecs.encoder(Topics.EVENTS_QUARANTINE);
        Map<String, KindJudge> judges = new HashMap<>();
        for (EventKind kind : kinds) {
            judges.put(kind.topic(), new KindJudge(kind, codecs.decoder(kind.topic()), encoder));
        }
        Digests digests = new Digests();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Row next() {
                Row row = rows.next();
                return judged(row, judges.get(row.getString(1)), encoder, digests);
            }
        };
    }

    private static Row judged(Row row, KindJudge judge, ValueEncoder encoder, Digests digests) {
        byte[] value = row.getAs(0);
        SourceRecord source = new SourceRecord(row.getString(1), row.getInt(2), row.getLong(3));
        Timestamp arrival = row.getTimestamp(5);
        KindJudge.Judgement judgement =
                judge.judge(value, source, row.getTimestamp(4).getTime(), arrival.getTime());
        if (judgement instanceof KindJudge.SetAside bad) {
            // Known by its place: a mended event with the same id must not count as a duplicate of a bad one.
            byte[] place = digests.bits128(source.toString());
            return RowFactory.create(
                    EventsPerMinute.SET_ASIDE + source, arrival, null, place, encoder.encode(bad.quarantined()));
        }
        KindJudge.Counts event = (KindJudge.Counts) judgement;
        String key = EventCounting.key(source.topic(), event.freshness().newestEventTime());
        // Two kinds may use the same ids for different things.
        byte[] identity = digests.bits128(event.id() == null ? source.toString() : source.topic() + "|" + event.id());
        return RowFactory.create(key, arrival, States.bytes(WindowCount.of(event.freshness())), identity, null);
    }
}
