package io.millrace.spark.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.millrace.schemas.Contract;
import io.millrace.spark.Codecs;
import io.millrace.spark.Decoded;
import io.millrace.spark.ValueDecoder;
import java.util.Iterator;
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
                .select(col("key"), col("newest.value").as("value"))
                .where(col("value").isNotNull());
        return range.isAll() ? rows : inRange(rows, sink, range, codecs);
    }

    /** Of rows with the columns key and value those whose time lies in the range. */
    static Dataset<Row> inRange(Dataset<Row> rows, Contract sink, EventRange range, Codecs codecs) {
        RowTime time = RowTime.of(sink).orElseThrow();
        return rows.where(col("value").isNotNull())
                .mapPartitions(new InRange(codecs, sink.name(), time, range), rows.encoder());
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
    private record InRange(Codecs codecs, String topic, RowTime time, EventRange range)
            implements MapPartitionsFunction<Row, Row> {
        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            ValueDecoder decoder = codecs.decoder(topic);
            Iterable<Row> all = () -> rows;
            return StreamSupport.stream(all.spliterator(), false)
                    .filter(row -> decoder.decode(row.<byte[]>getAs("value")) instanceof Decoded.Value value
                            && time.isIn(range, value.record()))
                    .iterator();
        }
    }
}
