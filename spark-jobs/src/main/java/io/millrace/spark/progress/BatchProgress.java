package io.millrace.spark.progress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.spark.JobContext;
import io.millrace.spark.declared.QualityRules;
import io.millrace.spark.run.RunCounts;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.SourceProgress;
import org.apache.spark.sql.streaming.StateOperatorProgress;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/**
 * What one batch did. Immutable.
 *
 * @param at when it began
 * @param phaseMs how long each phase took, by Spark's name; {@code triggerExecution} is the whole
 * @param offsets by topic and partition the first offset that is not read yet
 * @param behind records that were there and that it left; empty when no source tells
 * @param watermark empty when the query has none yet
 * @param lateRows dropped behind the watermark, as {@code duplicateRows} and {@code quarantinedRows} by this batch alone
 * @param quality events that were judged ({@code rows}) and those that break an expectation, by the expectation
 */
record BatchProgress(
        String job,
        String runId,
        long batch,
        Instant at,
        long inputRows,
        double inputRowsPerSecond,
        double processedRowsPerSecond,
        Map<String, Long> phaseMs,
        Map<String, Map<Integer, Long>> offsets,
        Optional<Long> behind,
        Optional<Instant> watermark,
        long stateRows,
        long stateBytes,
        long lateRows,
        long duplicateRows,
        long quarantinedRows,
        Map<String, Long> quality) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static BatchProgress of(StreamingQueryProgress progress) {
        long stateRows = 0;
        long stateBytes = 0;
        long late = 0;
        long duplicate = 0;
        for (StateOperatorProgress state : progress.stateOperators()) {
            stateRows += state.numRowsTotal();
            stateBytes += state.memoryUsedBytes();
            late += state.numRowsDroppedByWatermark();
            duplicate += state.customMetrics().getOrDefault("numDroppedDuplicateRows", 0L);
        }
        Map<String, Map<Integer, Long>> offsets = new TreeMap<>();
        Long behind = null;
        for (SourceProgress source : progress.sources()) {
            Map<String, Map<Integer, Long>> read = offsets(source.endOffset());
            Map<String, Map<Integer, Long>> newest = offsets(source.latestOffset());
            offsets.putAll(read);
            if (!newest.isEmpty()) {
                behind = (behind == null ? 0 : behind) + distance(read, newest);
            }
        }
        long quarantined = quarantined(progress.observedMetrics().get(JobContext.OBSERVED));
        Map<String, Long> phases = new TreeMap<>();
        progress.durationMs().forEach((phase, milliseconds) -> phases.put(phase, milliseconds));
        return new BatchProgress(
                progress.name(),
                progress.runId().toString(),
                progress.batchId(),
                Instant.parse(progress.timestamp()),
                progress.numInputRows(),
                finite(progress.inputRowsPerSecond()),
                finite(progress.processedRowsPerSecond()),
                phases,
                offsets,
                Optional.ofNullable(behind),
                // Before there is one, Spark says 1970.
                Optional.ofNullable(progress.eventTime().get("watermark"))
                        .map(Instant::parse)
                        .filter(time -> time.toEpochMilli() > 0),
                stateRows,
                stateBytes,
                late,
                duplicate + RunCounts.duplicates(progress, quarantined),
                quarantined,
                counts(progress.observedMetrics().get(QualityRules.OBSERVED)));
    }

    /** How long the whole batch took, in milliseconds. */
    long batchMs() {
        return phaseMs.getOrDefault("triggerExecution", 0L);
    }

    /** How far the watermark lies behind the beginning of the batch, in milliseconds. */
    Optional<Long> watermarkAgeMs() {
        return watermark.map(time -> at.toEpochMilli() - time.toEpochMilli());
    }

    private static double finite(double rate) {
        return Double.isFinite(rate) ? rate : 0;
    }

    private static long quarantined(Row observed) {
        return observed == null ? 0 : observed.getLong(observed.fieldIndex(JobContext.QUARANTINED));
    }

    private static Map<String, Long> counts(Row observed) {
        Map<String, Long> counts = new TreeMap<>();
        if (observed != null) {
            for (String column : observed.schema().fieldNames()) {
                counts.put(column, observed.getLong(observed.fieldIndex(column)));
            }
        }
        return counts;
    }

    private static long distance(Map<String, Map<Integer, Long>> read, Map<String, Map<Integer, Long>> newest) {
        long distance = 0;
        for (Map.Entry<String, Map<Integer, Long>> topic : newest.entrySet()) {
            Map<Integer, Long> until = read.getOrDefault(topic.getKey(), Map.of());
            for (Map.Entry<Integer, Long> partition : topic.getValue().entrySet()) {
                distance += Math.max(0, partition.getValue() - until.getOrDefault(partition.getKey(), 0L));
            }
        }
        return distance;
    }

    /** Offsets as Spark's Kafka source writes them; none when it is another source. */
    private static Map<String, Map<Integer, Long>> offsets(String json) {
        if (json == null || !json.startsWith("{")) {
            return Map.of();
        }
        try {
            return JSON.readValue(json, new TypeReference<TreeMap<String, Map<Integer, Long>>>() {});
        } catch (JsonProcessingException e) {
            return Map.of();
        }
    }
}
