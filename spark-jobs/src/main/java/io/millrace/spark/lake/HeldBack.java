package io.millrace.spark.lake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Changes that a mirror has read and applies together with the next ones: deletes by which rows leave for another primary
 * key, and with which a batch ended. The insert that follows says which row it is, but not what its large values are, so
 * the row stays until then. The table's commit has them in its note, so none is lost and none is applied twice. Immutable.
 *
 * @param records as Kafka had them, at most one per partition
 */
record HeldBack(List<Held> records) {
    static final HeldBack NONE = new HeldBack(List.of());

    /** Longer ones are applied at once. One that has the whole row in it, as such a one has, leaves nothing unknown. */
    static final int MOST_BYTES = 65_536;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param timestamp of Kafka, epoch milliseconds */
    record Held(int partition, long offset, long timestamp, byte[] key, byte[] value) {}

    /** Reads what {@link #toJson} wrote. */
    static HeldBack parse(String json) {
        try {
            return new HeldBack(JSON.readValue(json, new TypeReference<List<Held>>() {}));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the changes that a mirror has held back: " + json, e);
        }
    }

    String toJson() {
        try {
            return JSON.writeValueAsString(records);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write changes that are held back", e);
        }
    }

    /** @param record with the columns of {@link KafkaBatch#records} */
    static Held of(Row record) {
        return new Held(
                record.<Integer>getAs("partition"),
                record.<Long>getAs("offset"),
                record.<Timestamp>getAs("timestamp").getTime(),
                record.getAs("key"),
                record.getAs("value"));
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    /** The records with the columns of {@link KafkaBatch#records}. */
    Dataset<Row> records(SparkSession spark, String topic, StructType columns) {
        List<Row> rows = new ArrayList<>();
        for (Held held : records) {
            Object[] values = new Object[columns.size()];
            values[columns.fieldIndex("key")] = held.key();
            values[columns.fieldIndex("value")] = held.value();
            values[columns.fieldIndex("topic")] = topic;
            values[columns.fieldIndex("partition")] = held.partition();
            values[columns.fieldIndex("offset")] = held.offset();
            values[columns.fieldIndex("timestamp")] = new Timestamp(held.timestamp());
            values[columns.fieldIndex(KafkaBatch.MOVES)] = true;
            rows.add(RowFactory.create(values));
        }
        return spark.createDataFrame(rows, columns);
    }
}
