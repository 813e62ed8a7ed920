package io.millrace.spark.serving;

import io.millrace.spark.Codecs;
import io.millrace.spark.Digests;
import io.millrace.spark.ValueEncoder;
import java.nio.ByteBuffer;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** The first half of enrichment: takes (key, value, partition, offset, arrival), gives {@link Enrich#JUDGED}. */
final class Judge implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1;

    private final Codecs codecs;
    private final TimeRules rules;

    Judge(Codecs codecs, TimeRules rules) {
        this.codecs = codecs;
        this.rules = rules;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        ValueEncoder encoder = codecs.encoder(Topics.QUARANTINE);
        EventJudge judge = new EventJudge(
                codecs.decoder(Topics.WEB_EVENTS, EventJudge.FIELDS),
                codecs.decoder(Topics.WEB_EVENTS),
                encoder,
                rules);
        Digests digests = new Digests();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Row next() {
                return judged(rows.next(), judge, encoder, digests);
            }
        };
    }

    private static Row judged(Row row, EventJudge judge, ValueEncoder encoder, Digests digests) {
        byte[] key = row.getAs(0);
        byte[] value = row.getAs(1);
        int partition = row.getInt(2);
        long offset = row.getLong(3);
        long arrival = row.getLong(4);
        SourceRecord source = new SourceRecord(Topics.WEB_EVENTS, partition, offset);
        // A record without a key has no order to keep but that of its partition.
        byte[] route =
                key != null ? key : ByteBuffer.allocate(4).putInt(partition).array();
        Verdict verdict = judge.judge(value, source, arrival);
        if (verdict instanceof Verdict.Bad bad) {
            // Not by its id: a mended event with the same one must not count as a duplicate of a bad one.
            byte[] place = digests.bits128(source.toString());
            return RowFactory.create(
                    place,
                    route,
                    partition,
                    offset,
                    arrival,
                    null,
                    encoder.encode(bad.quarantined()),
                    SeenIds.bucket(place));
        }
        byte[] id =
                digests.bits128(((Verdict.Good) verdict).event().get("event_id").toString());
        return RowFactory.create(id, route, partition, offset, arrival, value, null, SeenIds.bucket(id));
    }
}
