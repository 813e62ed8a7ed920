package io.millrace.spark.serving;

import io.millrace.spark.Codecs;
import io.millrace.spark.Decoded;
import io.millrace.spark.ValueDecoder;
import java.sql.Timestamp;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges the rows (value, partition, offset, arrival) of one task per key, so that less travels to the states. Holds one
 * batch's keys in memory, which {@code batch.max.records} bounds.
 */
final class PartialAggregates<A extends Aggregate<A>> implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1;
    private static final Logger log = LoggerFactory.getLogger(PartialAggregates.class);

    private final Codecs codecs;
    private final Aggregation<A> how;

    PartialAggregates(Codecs codecs, Aggregation<A> how) {
        this.codecs = codecs;
        this.how = how;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        ValueDecoder decoder = codecs.decoder(Topics.WEB_ENRICHED, EnrichedEvent.FIELDS);
        Map<String, A> partials = new HashMap<>();
        Timestamp arrival = null;
        while (rows.hasNext()) {
            Row row = rows.next();
            arrival = row.getTimestamp(3);
            Decoded decoded = decoder.decode(row.<byte[]>getAs(0));
            if (decoded instanceof Decoded.Value value) {
                EnrichedEvent event =
                        EnrichedEvent.of(value.record(), arrival.getTime(), row.getInt(1), row.getLong(2));
                partials.merge(how.key(event), how.of(event), Aggregate::with);
            } else {
                // Only enrichment writes this topic, so this is somebody's stray record: it stays there to be looked
                // at.
                log.warn(
                        "{} skipped {}-{}@{}: {}",
                        how.job(),
                        Topics.WEB_ENRICHED,
                        row.getInt(1),
                        row.getLong(2),
                        ((Decoded.Unreadable) decoded).reason());
            }
        }
        Timestamp time = arrival;
        Iterator<Map.Entry<String, A>> entries = partials.entrySet().iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public Row next() {
                Map.Entry<String, A> entry = entries.next();
                return RowFactory.create(entry.getKey(), time, States.bytes(entry.getValue()));
            }
        };
    }
}
