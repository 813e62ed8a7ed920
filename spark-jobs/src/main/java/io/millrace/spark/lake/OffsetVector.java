package io.millrace.spark.lake;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;

/**
 * How far a table has come: per topic and partition the last offset that it contains. Immutable.
 *
 * @param offsets topic -> partition -> last contained offset
 */
record OffsetVector(Map<String, Map<Integer, Long>> offsets) {
    static final OffsetVector NONE = new OffsetVector(Map.of());

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads what {@link #toJson} wrote. */
    static OffsetVector parse(String json) {
        try {
            return new OffsetVector(JSON.readValue(json, new TypeReference<TreeMap<String, Map<Integer, Long>>>() {}));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not an offset vector: " + json, e);
        }
    }

    /** {@code {"topic":{"partition":offset}}}, in a stable order. */
    String toJson() {
        try {
            return JSON.writeValueAsString(offsets);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + offsets, e);
        }
    }

    /** This vector, moved forward to one more record. */
    OffsetVector with(String topic, int partition, long offset) {
        Map<String, Map<Integer, Long>> merged = new TreeMap<>(offsets);
        Map<Integer, Long> partitions = new TreeMap<>(merged.getOrDefault(topic, Map.of()));
        partitions.merge(partition, offset, Math::max);
        merged.put(topic, partitions);
        return new OffsetVector(merged);
    }

    /** The further of the two, per partition. */
    OffsetVector merge(OffsetVector other) {
        OffsetVector merged = this;
        for (Map.Entry<String, Map<Integer, Long>> topic : other.offsets.entrySet()) {
            for (Map.Entry<Integer, Long> partition : topic.getValue().entrySet()) {
                merged = merged.with(topic.getKey(), partition.getKey(), partition.getValue());
            }
        }
        return merged;
    }

    /** Whether a table that is here has everything up to there. */
    boolean covers(OffsetVector other) {
        return merge(other).equals(this);
    }

    /** True for the rows of Spark's Kafka source that lie beyond this vector. */
    Column isBefore() {
        Column beyond = lit(true);
        for (Map.Entry<String, Map<Integer, Long>> topic : offsets.entrySet()) {
            for (Map.Entry<Integer, Long> partition : topic.getValue().entrySet()) {
                beyond = beyond.and(not(col("topic")
                        .equalTo(topic.getKey())
                        .and(col("partition").equalTo(partition.getKey()))
                        .and(col("offset").leq(partition.getValue()))));
            }
        }
        return beyond;
    }
}
