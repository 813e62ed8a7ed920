package io.millrace.spark.lake;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * One micro-batch of Kafka records, held in memory while it is written, and what one pass over it tells. To be closed.
 * Owned by one thread, whose helpers may read it at the same time.
 */
final class KafkaBatch implements AutoCloseable {
    /** Columns of Spark's Kafka source that are kept. */
    private static final String[] COLUMNS = {"key", "value", "topic", "partition", "offset", "timestamp"};

    /** True for a delete that Debezium says to be one half of a changed primary key. */
    static final String MOVES = "_moves";

    private static final String MOVES_TO = "exists(headers, header -> header.key = '__debezium.newkey')";

    /**
     * The schemas that a group of records names.
     *
     * @param key id of the key's schema; null when the key has none
     * @param value id of the value's schema; null when the value has none, as a tombstone
     */
    record SchemaIds(Integer key, Integer value) {}

    /** What is known about the records of one topic. */
    record TopicFacts(OffsetVector newest, long records, Set<SchemaIds> schemas) {
        /** The same about these and others, whose offsets do not count. */
        TopicFacts and(Set<SchemaIds> others) {
            Set<SchemaIds> all = schemaIds();
            all.addAll(schemas);
            all.addAll(others);
            return new TopicFacts(newest, records, all);
        }
    }

    private final Dataset<Row> records;
    private final Map<String, TopicFacts> topics = new TreeMap<>();

    private KafkaBatch(Dataset<Row> records) {
        this.records = records;
    }

    /**
     * Takes hold of a batch.
     *
     * @param batch rows of Spark's Kafka source
     * @param keyed whether keys carry a schema id too; then the batch may have headers, and records have {@link #MOVES}
     */
    static KafkaBatch of(Dataset<Row> batch, boolean keyed) {
        Dataset<Row> records =
                batch.selectExpr(keyed ? withMoves(batch) : COLUMNS).persist(StorageLevel.MEMORY_AND_DISK());
        KafkaBatch held = new KafkaBatch(records);
        try {
            held.survey(keyed);
            return held;
        } catch (RuntimeException e) {
            held.close();
            throw e;
        }
    }

    private static String[] withMoves(Dataset<Row> batch) {
        String[] columns = Arrays.copyOf(COLUMNS, COLUMNS.length + 1);
        boolean headers = List.of(batch.columns()).contains("headers");
        columns[COLUMNS.length] = (headers ? "coalesce(" + MOVES_TO + ", false)" : "false") + " as " + MOVES;
        return columns;
    }

    private void survey(boolean keyed) {
        Column keyId = keyed ? WireFormat.schemaId("key") : lit(null).cast("int");
        Dataset<Row> groups = records.select(
                        records.col("topic"),
                        records.col("partition"),
                        records.col("offset"),
                        keyId.as("key_id"),
                        WireFormat.schemaId("value").as("value_id"))
                .groupBy("topic", "partition", "key_id", "value_id")
                .agg(max("offset"), count(lit(1)));
        for (Row group : groups.collectAsList()) {
            String topic = group.getString(0);
            TopicFacts before = topics.getOrDefault(topic, new TopicFacts(OffsetVector.NONE, 0, Set.of()));
            TopicFacts grown = new TopicFacts(
                    before.newest().with(topic, group.getInt(1), group.getLong(4)),
                    before.records() + group.getLong(5),
                    before.schemas());
            topics.put(topic, grown.and(Set.of(new SchemaIds(number(group, 2), number(group, 3)))));
        }
    }

    private static Set<SchemaIds> schemaIds() {
        return new TreeSet<>(Comparator.comparing(SchemaIds::toString));
    }

    /** The schemas that these records name. */
    static Set<SchemaIds> schemaIds(Dataset<Row> records) {
        Set<SchemaIds> found = schemaIds();
        records.select(WireFormat.schemaId("key"), WireFormat.schemaId("value"))
                .collectAsList()
                .forEach(row -> found.add(new SchemaIds(number(row, 0), number(row, 1))));
        return found;
    }

    private static Integer number(Row row, int field) {
        return row.isNullAt(field) ? null : row.getInt(field);
    }

    /** The records, with the columns key, value, topic, partition, offset, timestamp and, where keyed, {@link #MOVES}. */
    Dataset<Row> records() {
        return records;
    }

    /** What is known, by topic; empty when the batch has no record, as after an aborted transaction. */
    Map<String, TopicFacts> topics() {
        return topics;
    }

    @Override
    public void close() {
        records.unpersist();
    }
}
