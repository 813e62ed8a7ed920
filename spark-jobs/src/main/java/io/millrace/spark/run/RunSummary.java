package io.millrace.spark.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run tells at its end, as one line of JSON for whoever scheduled it.
 *
 * <p>{@code offsets} is the vector that the run has come to: topic, partition, first offset that was not read. What is not
 * known is null, never 0.
 */
public final class RunSummary {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode line = JSON.createObjectNode();
    private final Instant startedAt;

    public RunSummary(String job, String runId, RunMode mode, EventRange range, Instant startedAt) {
        this.startedAt = startedAt;
        line.put("job", job).put("run_id", runId).put("mode", mode.label());
        line.put("status", "failed").put("exit_code", 1);
        line.put("start", text(range.start())).put("end", text(range.end()));
    }

    private static String text(Instant instant) {
        return instant == null ? null : instant.toString();
    }

    /** How it ended. */
    public RunSummary ended(String status, int exitCode, Instant at) {
        line.put("status", status).put("exit_code", exitCode);
        line.put("started_at", startedAt.toString());
        line.put("duration_ms", Duration.between(startedAt, at).toMillis());
        return this;
    }

    /** Why it did not do what it should. */
    public RunSummary error(String sentence) {
        line.put("error", sentence);
        return this;
    }

    public RunSummary counts(RunCounts counts) {
        RunCounts.Totals totals = counts.totals();
        line.put("rows_in", totals.in());
        line.put("rows_out", totals.out().orElse(null));
        line.put("rows_late", totals.late());
        line.put("rows_quarantined", totals.quarantined());
        line.put("rows_duplicate", totals.duplicate());
        line.put("commits", totals.batches());
        line.put("watermark", totals.watermark().orElse(null));
        if (!line.has("offsets")) {
            ObjectNode offsets = line.putObject("offsets");
            for (String source : totals.offsets()) {
                read(source).ifPresent(offsets::setAll);
            }
        }
        return this;
    }

    /** How far a bounded run read each topic. */
    public RunSummary topics(Map<String, TopicRange> topics) {
        ObjectNode offsets = line.putObject("offsets");
        topics.forEach((topic, range) -> offsets.set(topic, JSON.valueToTree(range.to())));
        ObjectNode first = line.putObject("first_offsets");
        topics.forEach((topic, range) -> first.set(topic, JSON.valueToTree(range.from())));
        return this;
    }

    /** Anything else, by name. */
    public RunSummary put(String name, String value) {
        line.put(name, value);
        return this;
    }

    /** Several sentences under one name. */
    public RunSummary list(String name, List<String> sentences) {
        line.set(name, JSON.valueToTree(sentences));
        return this;
    }

    /** As {@link #put(String, String)}. */
    public RunSummary put(String name, long value) {
        line.put(name, value);
        return this;
    }

    private static Optional<ObjectNode> read(String offsets) {
        try {
            JsonNode node = JSON.readTree(offsets);
            return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** One line, without its end. */
    @Override
    public String toString() {
        return line.toString();
    }
}
