package io.millrace.spark.serving;

import io.millrace.spark.Codecs;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Counts the rows (value, topic, partition, offset, timestamp, arrival) of one task by kind and hour, gives
 * {@link AggregateJob#PARTIAL}.
 */
final class QualityPartials implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1;

    private final Codecs codecs;
    private final ArrayList<EventKind> kinds;
    private final HashMap<String, QualityRules> rules;

    QualityPartials(Codecs codecs, List<EventKind> kinds, Map<String, QualityRules> rules) {
        this.codecs = codecs;
        this.kinds = new ArrayList<>(kinds);
        this.rules = new HashMap<>(rules);
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        Map<String, KindJudge> judges = new HashMap<>();
        for (EventKind kind : kinds) {
            judges.put(kind.topic(), new KindJudge(kind, codecs.decoder(kind.topic()), null));
        }
        Map<String, Map<Long, HourQuality>> seen = new HashMap<>();
        Timestamp arrival = null;
        while (rows.hasNext()) {
            Row row = rows.next();
            arrival = row.getTimestamp(5);
            count(row, judges, seen);
        }
        Timestamp time = arrival;
        return seen.entrySet().stream()
                .map(kind -> RowFactory.create(kind.getKey(), time, States.bytes(QualityHistory.of(kind.getValue()))))
                .iterator();
    }

    private void count(Row row, Map<String, KindJudge> judges, Map<String, Map<Long, HourQuality>> seen) {
        String topic = row.getString(1);
        long now = row.getTimestamp(5).getTime();
        long stamp = row.getTimestamp(4).getTime();
        // A producer with a wrong clock must not begin hours that are yet to come.
        long time = stamp < 0 || stamp > now ? now : stamp;
        HourQuality hour = seen.computeIfAbsent(topic, kind -> new HashMap<>())
                .computeIfAbsent(QualityHistory.hourOf(time), start -> HourQuality.at(time));
        hour.seenAt(time);
        hour.count(HourQuality.Count.RECORDS);
        SourceRecord source = new SourceRecord(topic, row.getInt(2), row.getLong(3));
        KindJudge.Judgement judgement = judges.get(topic).judge(row.<byte[]>getAs(0), source, stamp, now);
        if (judgement instanceof KindJudge.Counts good) {
            rules.get(topic).look(good.event(), hour);
        } else if (judgement instanceof KindJudge.SetAside bad) {
            hour.count(
                    switch (bad.stage()) {
                        case "decode" -> HourQuality.Count.DECODE;
                        case "contract" -> HourQuality.Count.CONTRACT;
                        default -> HourQuality.Count.TIME;
                    });
        }
    }
}
