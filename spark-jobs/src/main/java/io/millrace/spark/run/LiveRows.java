package io.millrace.spark.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.millrace.schemas.Contract;
import io.millrace.spark.Codecs;
import io.millrace.spark.Decoded;
import io.millrace.spark.ValueDecoder;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The rows of a compacted topic, newest per key. */
final class LiveRows {
    private LiveRows() {}

    /**
     * The keys and values of the rows whose time lies in a range.
     *
     * @param records with the columns of Spark's Kafka source
     */
    static Dataset<Row> of(Dataset<Row> records, Contract sink, EventRange range, Codecs codecs) {
        // A key is always in the same partition, so its offsets are its order.
        Dataset<Row> rows = records.where(col("key").isNotNull())
                .groupBy(col("key"))
                .agg(expr("max_by(struct(value), offset)").as("newest"))
                .select(
                        lit(sink.name()).as("topic"),
                        col("key"),
                        col("newest.value").as("value"))
                .where(col("value").isNotNull());
        return range.isAll() ? rows : inRange(rows, List.of(sink), range, codecs);
    }

    /** Of rows of these sinks, with the columns topic, key and value, those whose time lies in the range. */
    static Dataset<Row> inRange(Dataset<Row> rows, List<Contract> sinks, EventRange range, Codecs codecs) {
        HashMap<String, RowTime> times = new HashMap<>();
        sinks.forEach(sink -> times.put(sink.name(), RowTime.of(sink).orElseThrow()));
        return rows.where(col("value").isNotNull()).mapPartitions(new InRange(codecs, times, range), rows.encoder());
    }

    /** Tombstones for the rows of the first whose key the second does not have. */
    static Dataset<Row> tombstones(Dataset<Row> live, Dataset<Row> others) {
        return live.join(
                        others.select(col("key").as("other")).distinct(),
                        col("key").equalTo(col("other")),
                        "left_anti")
                .select(col("key"), lit(null).cast("binary").as("value"));
    }

    /** Keeps the rows of a range. */
    private record InRange(Codecs codecs, HashMap<String, RowTime> times, EventRange range)
            implements MapPartitionsFunction<Row, Row> {
        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            Map<String, ValueDecoder> decoders = new HashMap<>();
            times.keySet().forEach(topic -> decoders.put(topic, codecs.decoder(topic)));
            Iterable<Row> all = () -> rows;
            return StreamSupport.stream(all.spliterator(), false)
                    .filter(row -> isIn(row.getAs("topic"), row.getAs("value"), decoders))
                    .iterator();
        }

        private boolean isIn(String topic, byte[] value, Map<String, ValueDecoder> decoders) {
            return decoders.get(topic).decode(value) instanceof Decoded.Value row
                    && times.get(topic).isIn(range, row.record());
        }
    }
}
